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
