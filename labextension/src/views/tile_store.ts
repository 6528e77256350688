import type { Tile } from './zoom';

/** Tiles that are kept at most; each takes a megabyte at most. */
const KEPT = 48;
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
    this.failed.clear();
    this.wanted.clear();
  }

  get(tile: Tile): ImageBitmap | undefined {
    return this.here.get(key(tile));
  }

  /** Ask for what is missing of all that is wanted, the first ones first; `who` draws them. */
  want(who: string, tiles: readonly Tile[]): void {
    this.wanted.set(who, tiles);
    this.askNext();
  }

  private askNext(): void {
    const wanted = new Map(
      [...this.wanted.values()].flat().map(tile => [key(tile), tile])
    );
    const missing = [...wanted]
      .filter(([name]) => !this.here.has(name) && !this.asked.has(name))
      .filter(([name]) => !this.failed.has(name))
      .map(([, tile]) => tile);
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
    } else {
      this.failed.add(key(tile));
    }
    this.askNext();
  }

  private forget(): void {
    const used = new Set([...this.wanted.values()].flat().map(key));
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
  private readonly failed = new Set<string>();
  private readonly wanted = new Map<string, readonly Tile[]>();
}

function key({ level, column, row }: Tile): string {
  return `${level}/${column}/${row}`;
}
