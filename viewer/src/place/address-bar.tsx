import "./address-bar.css";

import { useEffect, useState } from "react";

import { usePlace } from "./place";

interface AddressBarProps {
  /** Where the file lies on the machine of the server; undefined if that is not told. */
  readonly located: string | undefined;
}

/** What is shown, as `file::/path[slice]`, to read and to copy. */
export function AddressBar({ located }: AddressBarProps) {
  const { file, path, slice } = usePlace();
  const inside = `${path === "/" ? "" : `::${path}`}${slice === "" ? "" : `[${slice}]`}`;
  const url = `${located ?? file}${inside}`;

  useEffect(() => {
    const name = path === "/" ? "" : `${path.slice(path.lastIndexOf("/") + 1)} - `;
    document.title = `${name}${file.slice(file.lastIndexOf("/") + 1)} - beamio`;
    return () => {
      document.title = "beamio";
    };
  }, [file, path]);

  return (
    <div className="address" role="group" aria-label="Address">
      <code className="address-text" title={url}>
        <span className="address-file">{file}</span>
        {inside}
      </code>
      <CopyButton
        label="Copy address"
        title="The address of this page, which leads here again"
        text={() => location.href}
      />
      <CopyButton
        label="Copy beamio URL"
        title="For beamio's commands, such as beamio show"
        text={() => url}
      />
      <CopyButton
        label="Copy Python"
        title="A line of Python that reads it"
        text={() => `beamio.read(${quoted(url)})`}
      />
    </div>
  );
}

/** A text as Python writes it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

interface CopyProps {
  readonly label: string;
  readonly title: string;
  readonly text: () => string;
}

function CopyButton({ label, title, text }: CopyProps) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return undefined;
    const timer = setTimeout(() => {
      setSaid("");
    }, 1500);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  return (
    <button
      type="button"
      className="address-copy"
      aria-label={label}
      title={title}
      onClick={() => {
        void copied(text()).then((done) => {
          setSaid(done ? "Copied" : "Not allowed");
        });
      }}
    >
      <span aria-live="polite">{said === "" ? label : said}</span>
    </button>
  );
}

/** Copies a text; pages that did not come by HTTPS or from this machine may not. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    // The only way there is without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
