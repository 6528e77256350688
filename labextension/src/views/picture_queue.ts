/**
 * Pictures of rows, loaded a few at a time while their rows are in sight, and kept for a while.
 */
export class PictureQueue {
  private readonly kept = new Map<number, string | null>();
  private readonly loading = new Map<number, AbortController>();
  private wanted: readonly number[] = [];

  constructor(private readonly options: PictureQueue.IOptions) {}

  /** The address of a row's picture; null where there is none, undefined where it has not come. */
  get(row: number): string | null | undefined {
    return this.kept.get(row);
  }

  /** Load the pictures of these rows, the first ones first, and no others. */
  want(rows: readonly number[]): void {
    this.wanted = rows;
    for (const [row, control] of this.loading) {
      if (!rows.includes(row)) {
        control.abort();
        this.loading.delete(row);
      }
    }
    this.next();
  }

  /** Forget all. */
  clear(): void {
    this.want([]);
    this.kept.forEach(url => this.forget(url));
    this.kept.clear();
  }

  private next(): void {
    for (const row of this.wanted) {
      if (this.loading.size >= (this.options.atOnce ?? 6)) {
        return;
      }
      if (!this.loading.has(row) && !this.kept.has(row)) {
        void this.load(row);
      }
    }
  }

  private async load(row: number): Promise<void> {
    const control = new AbortController();
    this.loading.set(row, control);
    let url: string | null = null;
    try {
      url = await this.options.load(row, control.signal);
    } catch {
      // The row stays without a picture, and says so.
    }
    if (this.loading.get(row) !== control) {
      this.forget(url);
      return;
    }
    this.loading.delete(row);
    this.kept.set(row, url);
    this.trim();
    this.options.onReady(row);
    this.next();
  }

  /** Let go of the oldest pictures whose rows are not in sight. */
  private trim(): void {
    for (const [row, url] of this.kept) {
      if (this.kept.size <= (this.options.most ?? 300)) {
        return;
      }
      if (!this.wanted.includes(row)) {
        this.forget(url);
        this.kept.delete(row);
      }
    }
  }

  private forget(url: string | null): void {
    if (url) {
      this.options.forget(url);
    }
  }
}

export namespace PictureQueue {
  export interface IOptions {
    /** Return the address of a row's picture. */
    readonly load: (row: number, signal: AbortSignal) => Promise<string>;
    /** A row's picture has come, or will not come. */
    readonly onReady: (row: number) => void;
    /** Let go of an address. */
    readonly forget: (url: string) => void;
    readonly atOnce?: number;
    readonly most?: number;
  }
}
