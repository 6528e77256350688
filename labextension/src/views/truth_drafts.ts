/** A transcription as the server tells it. */
export interface ITruth {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  /** Differs whenever the file does. */
  readonly stamp: string;
  readonly problem: string;
}

/**
 * What was typed and is not saved yet, by file.
 */
export class Drafts {
  private readonly texts = new Map<string, string>();
  private readonly known = new Map<string, ITruth>();

  get count(): number {
    return this.texts.size;
  }

  has(path: string): boolean {
    return this.texts.has(path);
  }

  /** The text of a file as it is here. */
  textOf(truth: ITruth): string {
    return this.texts.get(truth.path) ?? truth.text;
  }

  /** Something was typed; what is as on disk is no draft. */
  type(truth: ITruth, text: string): void {
    const before = this.known.get(truth.path) ?? truth;
    if (text === before.text) {
      this.drop(truth.path);
    } else {
      this.texts.set(truth.path, text);
      this.known.set(truth.path, before);
    }
  }

  /** A file was written; what was typed since is a draft of what it is now. */
  saved(now: ITruth): void {
    const text = this.texts.get(now.path);
    this.drop(now.path);
    if (text !== undefined) {
      this.type(now, text);
    }
  }

  /** A draft is not wanted any more. */
  drop(path: string): void {
    this.texts.delete(path);
    this.known.delete(path);
  }

  /** Those to be saved, the oldest first. */
  all(): { truth: ITruth; text: string }[] {
    return [...this.texts].map(([path, text]) => ({
      truth: this.known.get(path)!,
      text
    }));
  }
}
