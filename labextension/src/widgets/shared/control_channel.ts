/**
 * The kernel's control channel: what comes on it is heard at once, even while a cell runs.
 */

/** The part of JupyterLab's kernel connection that is used here. */
export interface IKernel {
  readonly clientId: string;
  readonly username: string;
  sendControlMessage(message: unknown, expectReply: boolean): unknown;
}

/**
 * Send something past the cell that runs; false if there is no such way here, as in editors whose widgets do
 * not know the kernel.
 */
export function sendAside(
  manager: unknown,
  type: string,
  content: Readonly<Record<string, string>>
): boolean {
  const kernel = (manager as { kernel?: IKernel | null } | null)?.kernel;
  if (typeof kernel?.sendControlMessage !== 'function') {
    return false;
  }
  const header = {
    msg_id: `tessnb-${Date.now()}-${Math.random()}`,
    msg_type: type,
    session: kernel.clientId,
    username: kernel.username,
    date: new Date().toISOString(),
    version: '5.3'
  };
  const message = {
    channel: 'control',
    header,
    parent_header: {},
    metadata: {},
    content,
    buffers: []
  };
  try {
    kernel.sendControlMessage(message, false);
    return true;
  } catch {
    return false; // the kernel is gone
  }
}
