import "./key-form.css";

import { useState } from "react";

/** Asks for the printed address, where the browser has no cookie that opens the door. */
export function KeyForm() {
  const [text, setText] = useState("");
  const token = tokenIn(text);
  return (
    <main className="key-page">
      <form
        className="key-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (token === "") return;
          const search = new URLSearchParams(location.search);
          search.set("token", token);
          location.assign(`./?${search.toString()}`);
        }}
      >
        <h2>This browser is not known here yet</h2>
        <p>
          When <code>beamio view</code> was started, it printed an address. Paste it
          here, or only its token.
        </p>
        <label>
          Address or token
          <input
            type="text"
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
          />
        </label>
        <button type="submit" disabled={token === ""}>
          Open
        </button>
      </form>
    </main>
  );
}

/** The token in an address, or the text itself. */
export function tokenIn(text: string): string {
  const found = /[?&]token=([^&#\s]+)/.exec(text);
  return found?.[1] === undefined ? text.trim() : decodeURIComponent(found[1]);
}
