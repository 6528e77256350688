import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** What an address is asked with. */
export type Query = Readonly<
  Record<string, string | number | boolean | undefined>
>;

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

/**
 * Ask the server extension.
 *
 * @param path - Below `tessnb/api/`, without a slash at its beginning.
 * @throws ServerSays, also where the server cannot be reached.
 */
export function get<T>(path: string, query: Query = {}): Promise<T> {
  return request(path, query, { method: 'GET' });
}

/**
 * Tell the server extension something; see `get`.
 */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return request(path, {}, { method: 'POST', body: JSON.stringify(body) });
}

/**
 * Open a socket to the server extension; binary messages come as `ArrayBuffer`.
 */
export function socket(path: string, query: Query = {}): WebSocket {
  const settings = ServerConnection.makeSettings();
  const token = settings.appendToken ? settings.token : '';
  const url = URLExt.join(settings.wsUrl, 'tessnb', 'api', path);
  const made = new settings.WebSocket(
    url + queryString({ ...query, token: token || undefined })
  );
  made.binaryType = 'arraybuffer';
  return made;
}

/**
 * The address of something that the browser itself loads, such as a picture.
 */
export function address(path: string, query: Query = {}): string {
  const settings = ServerConnection.makeSettings();
  return (
    URLExt.join(settings.baseUrl, 'tessnb', 'api', path) + queryString(query)
  );
}

async function request<T>(
  path: string,
  query: Query,
  init: RequestInit
): Promise<T> {
  const settings = ServerConnection.makeSettings();
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(
      address(path, query),
      init,
      settings
    );
  } catch (error) {
    throw new ServerSays('The server does not answer', String(error));
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (response.ok && answer !== undefined) {
    return answer as T;
  }
  const said = (answer ?? {}) as { message?: string; hint?: string };
  throw new ServerSays(
    said.message ?? `The server answered ${response.status}`,
    said.hint,
    response.status
  );
}

function queryString(query: Query): string {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}
