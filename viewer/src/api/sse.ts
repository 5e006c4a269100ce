/** One server-sent event. */
export interface ServerEvent {
  /** "message" where the server names none. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, "" before any. */
  readonly id: string;
}

/**
 * Splits a stream of text into server-sent events, however it is cut into pieces.
 *
 * Follows "Interpreting an event stream" of the HTML standard. `EventSource` itself
 * can send no headers, tells no status of a refusal, and connects again on its own.
 */
export class SseParser {
  #line = "";
  #afterCarriageReturn = false;
  #atStart = true;
  #event = "";
  #data: string[] = [];
  #id = "";

  /** The events that are complete with `text`, the next piece of the stream. */
  push(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    for (const line of this.#lines(text)) {
      const event = this.#take(line);
      if (event) found.push(event);
    }
    return found;
  }

  #lines(text: string): string[] {
    if (text === "") return [];
    let rest = text;
    if (this.#atStart && rest.startsWith("\uFEFF")) rest = rest.slice(1);
    this.#atStart = false;
    // "\r\n" may be cut in two: its "\r" has already ended the line.
    if (this.#afterCarriageReturn && rest.startsWith("\n")) rest = rest.slice(1);
    this.#afterCarriageReturn = text.endsWith("\r");
    const lines = (this.#line + rest).split(/\r\n|\r|\n/);
    this.#line = lines.pop() ?? "";
    return lines;
  }

  #take(line: string): ServerEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return undefined; // "retry", comments and unknown fields say nothing to us
  }

  #dispatch(): ServerEvent | undefined {
    const data = this.#data;
    const event = this.#event || "message";
    this.#data = [];
    this.#event = "";
    if (data.length === 0) return undefined;
    return { event, data: data.join("\n"), id: this.#id };
  }
}
