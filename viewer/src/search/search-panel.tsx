import { useEffect, useState } from "react";

import type { Hit } from "../api/answers";
import { useClient } from "../api/context";
import { isAbort, messageOf } from "../api/errors";
import { usePlace } from "../place/place";
import { Icon, signOf } from "../tree/icons";
import { ofItem, TOP } from "../tree/node";
import { useTree } from "../tree/store";
import { type Findings, NOTHING, search, searchedFiles } from "./search";

const PAUSE = 300;
const IN: Readonly<Record<Hit["found_in"], string>> = {
  name: "",
  class: "class",
  text: "text",
};

/** Looks for names, NX classes and texts in many files at once. */
export function SearchPanel() {
  const client = useClient();
  const { file, go } = usePlace();
  const [text, setText] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const [found, setFound] = useState<Findings>(NOTHING);
  const [state, setState] = useState<"" | "busy" | "stopped" | "done">("");
  const [problem, setProblem] = useState("");
  const [stop, setStop] = useState<AbortController>();

  useEffect(() => {
    const wanted = text.trim();
    const controller = new AbortController();
    const timer = setTimeout(() => {
      setFound(NOTHING);
      setProblem("");
      setStop(controller);
      setState(wanted === "" ? "" : "busy");
      if (wanted === "") return;
      search(client, wanted, filesNow(everywhere), setFound, controller.signal).then(
        () => {
          setState("done");
        },
        (error: unknown) => {
          if (!isAbort(error)) setProblem(messageOf(error));
          if (!isAbort(error)) setState("done");
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, text, everywhere]);

  return (
    <div className="search" role="search">
      <input
        type="search"
        className="sidebar-input"
        aria-label="Search in files"
        placeholder="Names, NX classes, texts"
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <label className="search-scope">
        <input
          type="checkbox"
          checked={everywhere}
          onChange={(event) => {
            setEverywhere(event.target.checked);
          }}
        />
        In all files, not only those open
      </label>
      <p className="search-state" role="status">
        <span>{told(state, found)}</span>
        {state === "busy" && (
          <button
            type="button"
            onClick={() => {
              stop?.abort();
              setState("stopped");
            }}
          >
            Stop
          </button>
        )}
      </p>
      {problem !== "" && (
        <p className="search-problem" role="alert">
          {problem}
        </p>
      )}
      <ul className="search-hits" aria-label="Hits">
        {found.hits.map((hit) => (
          <li key={`${hit.file}::${hit.path}`}>
            <button
              type="button"
              className="search-hit"
              title={`${hit.file}::${hit.path}`}
              onClick={() => {
                go({ file: hit.file, path: hit.path });
              }}
            >
              <Icon sign={signOf(ofItem(hit.file, hit))} />
              <span className="row-name">{hit.name}</span>
              {IN[hit.found_in] && <span className="row-fact">{IN[hit.found_in]}</span>}
              {hit.nx_class && <span className="row-class">{hit.nx_class}</span>}
              <span className="search-place">
                {hit.file === file ? "" : `${hit.file}::`}
                {hit.path}
              </span>
            </button>
          </li>
        ))}
        {found.problems.map((each) => (
          <li key={each} className="search-problem">
            {each}
          </li>
        ))}
      </ul>
    </div>
  );
}

function told(state: string, { hits, hasMore }: Findings): string {
  if (state === "") return "";
  const count = `${hits.length.toLocaleString("en")}${hasMore ? " and more" : ""}`;
  const hit = hits.length === 1 && !hasMore ? "hit" : "hits";
  const suffix = { busy: ", searching …", stopped: ", stopped", done: "" }[state] ?? "";
  return `${count} ${hit}${suffix}`;
}

/** The files to look in at this moment. */
function filesNow(everywhere: boolean): readonly string[] {
  const { levels, open } = useTree.getState();
  const roots = [...(levels.get(TOP)?.pages.values() ?? [])]
    .flat()
    .flatMap((node) => (node.kind === "entry" ? [node.entry.file] : []));
  const isFile = (key: string) => {
    const source = levels.get(key)?.source;
    return source?.path === "/" ? source.name : undefined;
  };
  return searchedFiles(open, usePlace.getState().file, roots, everywhere, isFile);
}
