/* Writes down every rectangle that a program cuts out of an image with Leptonica: x, y, width, height of the
   rectangle, width and height of the image. Preload it; CLIP_LOG names the file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct Box { int x, y, width, height; };

int pixGetWidth(void *pix);
int pixGetHeight(void *pix);

void *pixClipRectangle(void *pix, struct Box *box, void **clipped) {
  void *(*real)(void *, struct Box *, void **) = dlsym(RTLD_NEXT, "pixClipRectangle");
  const char *name = getenv("CLIP_LOG");
  FILE *log = name && box ? fopen(name, "a") : NULL;
  if (log) {
    fprintf(log, "%d %d %d %d %d %d\n", box->x, box->y, box->width, box->height, pixGetWidth(pix), pixGetHeight(pix));
    fclose(log);
  }
  return real(pix, box, clipped);
}
