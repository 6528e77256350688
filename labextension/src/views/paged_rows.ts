/**
 * Rows of a long table that come in pages when they are wanted.
 */
export class PagedRows<T> {
  private readonly rows = new Map<number, T>();
  private readonly known = new Set<number>();
  private count = 0;

  /** `ask` is called for pages that are not there yet, once for each. */
  constructor(
    private readonly ask: (first: number, count: number) => void,
    private readonly size = 50,
    private readonly most = 40
  ) {}

  get length(): number {
    return this.count;
  }

  /** There are other rows now. */
  reset(count: number): void {
    this.count = count;
    this.rows.clear();
    this.known.clear();
  }

  /** The rows have changed; they stay to be seen until they come anew. */
  refresh(): void {
    this.known.clear();
  }

  get(row: number): T | undefined {
    return this.rows.get(row);
  }

  /** Ask for what is missing of rows [first, end). */
  want(first: number, end: number): void {
    const last = Math.min(end, this.count) - 1;
    if (last < first) {
      return;
    }
    const to = Math.floor(last / this.size);
    for (let page = Math.floor(first / this.size); page <= to; page++) {
      if (!this.known.has(page)) {
        this.known.add(page);
        this.ask(page * this.size, this.size);
      }
    }
    this.forget();
  }

  /** Take rows that have come; return their numbers. */
  take(first: number, rows: readonly T[]): number[] {
    return rows.map((row, place) => {
      this.rows.set(first + place, row);
      return first + place;
    });
  }

  /** Keep only the pages that were wanted last. */
  private forget(): void {
    for (const page of this.known) {
      if (this.known.size <= this.most) {
        return;
      }
      this.known.delete(page);
      for (let row = page * this.size; row < (page + 1) * this.size; row++) {
        this.rows.delete(row);
      }
    }
  }
}
