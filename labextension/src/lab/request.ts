import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { trans } from '../views/trans';
import { ServerSays } from './server_says';

/** What an address is asked with. */
export type Query = Readonly<
  Record<string, string | number | boolean | undefined>
>;

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
 * Ask the server extension for a picture; return an address for it, to be revoked when it is not needed any more.
 */
export async function picture(
  path: string,
  query: Query,
  signal?: AbortSignal
): Promise<string> {
  const response = await ask(path, query, { method: 'GET', signal });
  if (!response.ok) {
    throw says(response, await response.text());
  }
  return URL.createObjectURL(await response.blob());
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
  const response = await ask(path, query, init);
  const text = await response.text();
  if (response.ok) {
    try {
      return JSON.parse(text) as T;
    } catch {
      // No answer of ours.
    }
  }
  throw says(response, text);
}

async function ask(
  path: string,
  query: Query,
  init: RequestInit
): Promise<Response> {
  try {
    const settings = ServerConnection.makeSettings();
    return await ServerConnection.makeRequest(
      address(path, query),
      init,
      settings
    );
  } catch (error) {
    throw new ServerSays(trans.__('The server does not answer'), String(error));
  }
}

/** What an answer that is none says. */
function says({ status }: Response, text: string): ServerSays {
  let said: { message?: string; hint?: string } = {};
  try {
    said = (JSON.parse(text) as typeof said) ?? {};
  } catch {
    // Nothing that can be told.
  }
  if (status === 404 && said.message === undefined) {
    return new ServerSays(
      trans.__('This server does not know tessnb'),
      trans.__(
        'Run: jupyter server extension enable tessnb, and start JupyterLab again'
      ),
      status
    );
  }
  return new ServerSays(
    said.message ?? trans.__('The server answered %1', status),
    said.hint,
    status
  );
}

function queryString(query: Query): string {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}
