/**
 * One side of a talk over lines that may break: what was said is heard once, in its order, on whichever line it
 * comes. `tessnb/server/talk.py` is the other side.
 */
export class Talk {
  /** How many messages of the other side have come, in all. */
  heard = 0;

  /** Whether something was said that is not known to be heard. */
  get waits(): boolean {
    return this.said.length > 0;
  }

  /** Say something, now or when there is a line again. */
  say(message: string): void {
    this.said.push(message);
    this.line?.(message);
  }

  /** The other side has heard so many messages, in all. */
  confirm(count: number): void {
    this.said.splice(0, count - this.first);
    this.first = count;
  }

  /** Talk on a line from now on, to somebody who has heard `count` messages. */
  goOn(line: (message: string) => void, count = 0): void {
    this.confirm(count);
    this.line = line;
    this.said.forEach(line);
  }

  /** There is no line for now. */
  pause(): void {
    this.line = null;
  }

  private readonly said: string[] = [];
  private first = 0;
  private line: ((message: string) => void) | null = null;
}
