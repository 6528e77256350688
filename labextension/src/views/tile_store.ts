import type { Tile } from './zoom';

/** Tiles that are kept at most; each takes a megabyte at most. */
const KEPT = 96;
/** Tiles that are asked for at a time: what comes next is decided when these are there. */
const ASKED = 8;

/**
 * The tiles of a page that are here or on their way.
 */
export class TileStore {
  /** @param ask - asks for tiles, which are answered one by one by `put` */
  constructor(private readonly ask: (tiles: readonly Tile[]) => void) {}

  /** Forget everything: another page is shown. */
  clear(): void {
    this.here.forEach(picture => picture.close());
    this.here.clear();
    this.asked.clear();
  }

  get(tile: Tile): ImageBitmap | undefined {
    return this.here.get(key(tile));
  }

  /** Ask for what is missing, the first ones first. */
  want(tiles: readonly Tile[]): void {
    this.wanted = tiles;
    const missing = tiles.filter(
      tile => !this.here.has(key(tile)) && !this.asked.has(key(tile))
    );
    const next = missing.slice(0, Math.max(ASKED - this.asked.size, 0));
    if (next.length) {
      next.forEach(tile => this.asked.add(key(tile)));
      this.ask(next);
    }
  }

  /** Keep a picture, or note that there is none. */
  put(tile: Tile, picture: ImageBitmap | null): void {
    this.asked.delete(key(tile));
    if (picture) {
      this.here.get(key(tile))?.close();
      this.here.set(key(tile), picture);
      this.forget();
    }
    this.want(this.wanted);
  }

  private forget(): void {
    const used = new Set(this.wanted.map(key));
    for (const [name, picture] of this.here) {
      if (this.here.size <= KEPT) {
        return;
      }
      if (!used.has(name)) {
        picture.close();
        this.here.delete(name);
      }
    }
  }

  private readonly here = new Map<string, ImageBitmap>();
  private readonly asked = new Set<string>();
  private wanted: readonly Tile[] = [];
}

function key({ level, column, row }: Tile): string {
  return `${level}/${column}/${row}`;
}
