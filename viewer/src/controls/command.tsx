import "./controls.css";

import { useState } from "react";

/** A shell command, to be read and copied. */
export function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      setCopied(""); // not over plain HTTP from another machine: it can be selected
    }
  };
  return (
    <div className="command" role="group" aria-label="Shell command">
      <code>{text}</code>
      <button
        type="button"
        className="button"
        title="Copy the command that does the same in a shell"
        onClick={() => void copy()}
      >
        {copied === text ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
