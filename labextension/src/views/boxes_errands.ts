/** One question after the other: each waits until the one before is answered. */
export class Errands {
  /**
   * @param onWaiting - an answer takes long
   * @param patience - milliseconds after which that is so
   */
  constructor(
    private readonly onWaiting: () => void,
    private readonly patience: number
  ) {}

  /** How many wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Ask something; `ask` returns false where there was nothing to ask after all. */
  add(ask: () => boolean | void): void {
    if (this.isBusy) {
      this.queue.push(ask);
    } else {
      this.begin(ask);
    }
  }

  /** Do something when the present question is answered as was hoped, or at once where there is none. */
  afterwards(work: () => void): void {
    if (this.isBusy) {
      this.then = work;
    } else {
      work();
    }
  }

  /** Do something when the next question is answered as was hoped. */
  whenAnswered(work: (() => void) | null): void {
    this.then = work;
  }

  /** It was answered as was hoped. */
  succeed(): void {
    const { then } = this;
    this.then = null;
    then?.();
  }

  /** It was refused: what waits is no longer wanted. */
  fail(): void {
    this.then = null;
    this.queue.length = 0;
  }

  /** There was an answer; the next may ask. */
  next(): void {
    clearTimeout(this.timer);
    this.isBusy = false;
    const ask = this.queue.shift();
    if (ask) {
      this.begin(ask);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private begin(ask: () => boolean | void): void {
    this.isBusy = true;
    this.timer = setTimeout(this.onWaiting, this.patience);
    if (ask() === false) {
      this.next();
    }
  }

  private isBusy = false;
  private then: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly queue: Array<() => boolean | void> = [];
}
