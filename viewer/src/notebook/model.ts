/** What anywidget gives of the widget's model that is used here. */
export interface Model {
  readonly get: (name: string) => unknown;
  readonly send: (content: unknown) => void;
  readonly on: (event: string, callback: Hear) => void;
  readonly off: (event: string, callback: Hear) => void;
}

/** Hears a message of the kernel, with its buffers. */
export type Hear = (message: unknown, buffers?: readonly Buffer[]) => void;

/** Bytes as front ends give them: some as views, some as copies of their own. */
export type Buffer = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** What the kernel says; see `desk.py`. */
export type FromKernel = { readonly id: string } & (
  | { readonly kind: "answer" }
  | { readonly kind: "error"; readonly message: string; readonly status: number }
  | { readonly kind: "event"; readonly event: string; readonly data: string }
);

/** A number for a message that no other page of this widget uses. */
export function newId(): string {
  // `crypto.randomUUID` is only there over HTTPS.
  const words = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(words, (word) => word.toString(36)).join("-");
}

/** The bytes of a buffer, and no others that lie beside them. */
export function bytesOf(buffer: Buffer | undefined): ArrayBuffer {
  if (buffer === undefined) return new ArrayBuffer(0);
  if (buffer instanceof ArrayBuffer) return buffer;
  if (!ArrayBuffer.isView(buffer)) return new Uint8Array(buffer).buffer;
  const { byteOffset, byteLength } = buffer;
  const isAll = byteOffset === 0 && byteLength === buffer.buffer.byteLength;
  return isAll
    ? buffer.buffer
    : buffer.buffer.slice(byteOffset, byteOffset + byteLength);
}
