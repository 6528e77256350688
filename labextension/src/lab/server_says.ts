/** An error in the server's own words, and what to do about it. */
export class ServerSays extends Error {
  constructor(
    message: string,
    readonly hint: string = '',
    readonly status: number = 0
  ) {
    super(message);
    this.name = 'ServerSays';
  }
}

/** What an error says, and what to do about it. */
export function sentenceOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ServerSays ? error.hint : '';
  return hint ? `${said}. ${hint}` : said;
}
