import type { Item } from "../api/answers";
import { Icon, signOf } from "./icons";
import { nameOf, type Node, problemOf } from "./node";
import { opens } from "./keys";
import { FOREIGN, type Level, type Row } from "./rows";

interface RowProps {
  readonly row: Row;
  readonly level: Level;
  /** The level below it, if it was opened once. */
  readonly below: Level | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onClear: () => void;
}

const NO_FORMAT = "no format that beamio knows";

/** What stands in a row. */
export function RowView({ row, level, below, isOpen, onToggle, onClear }: RowProps) {
  switch (row.kind) {
    case "node":
      return row.node ? (
        <NodeView
          node={row.node}
          below={below}
          twisty={opens(row) ? { isOpen, onToggle } : undefined}
        />
      ) : (
        <span className="row-placeholder" />
      );
    case "stack":
      return (
        <>
          <span className="twisty" />
          <Icon sign="stack" />
          <span className="row-name row-offer">
            Open {row.stack.images.toLocaleString("en")} {row.stack.kind} as stack
          </span>
        </>
      );
    case "filter":
      return (
        <>
          <span className="row-filter">
            {level.total === undefined ? "…" : level.total.toLocaleString("en")} with “
            {level.filter}”
          </span>
          <button
            type="button"
            className="row-clear"
            tabIndex={-1}
            onClick={onClear}
            aria-label="Show all"
            title="Show all"
          >
            ✕
          </button>
        </>
      );
    case "reading":
      return <span className="row-note">Reading …</span>;
    case "empty":
      return <span className="row-note">{level.filter ? "Nothing" : "Empty"}</span>;
    case "problem":
      return (
        <span className="row-note row-problem" title={level.problem}>
          {level.problem}
        </span>
      );
  }
}

/** Whether a file is only of a kind that is not for beamio. */
export function isForeign(level: Level | undefined): boolean {
  return level?.problemKind === FOREIGN;
}

interface NodeProps {
  readonly node: Node;
  readonly below: Level | undefined;
  readonly twisty: { isOpen: boolean; onToggle: () => void } | undefined;
}

function NodeView({ node, below, twisty }: NodeProps) {
  const problem = problemOf(node);
  const item = node.kind === "item" ? node.item : undefined;
  const look = problem ? " row-problem" : isForeign(below) ? " row-foreign" : "";
  return (
    <>
      {twisty ? (
        <span
          className={twisty.isOpen ? "twisty twisty-open" : "twisty"}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            twisty.onToggle();
          }}
        >
          ›
        </span>
      ) : (
        <span className="twisty" />
      )}
      <Icon sign={signOf(node)} />
      <span className={`row-name${look}`}>{nameOf(node)}</span>
      {item && <Facts item={item} />}
      {isForeign(below) && <span className="row-fact">{NO_FORMAT}</span>}
    </>
  );
}

function Facts({ item }: { readonly item: Item }) {
  const { nx_class, mark, link, is_cycle, same_as, dtype, type, shape } = item;
  return (
    <>
      {mark && <span className={`row-mark row-mark-${mark}`}>{mark}</span>}
      {link && (
        <span className={link.cause ? "row-link row-problem" : "row-link"}>
          → {link.file ? `${link.file}::${link.path}` : link.path}
        </span>
      )}
      {is_cycle && <span className="row-fact">↺ {same_as}</span>}
      {nx_class && <span className="row-class">{nx_class}</span>}
      {type !== undefined && (
        <span className="row-fact">
          {shapeText(shape)} {shortType(dtype, type)}
        </span>
      )}
    </>
  );
}

/** A shape in short, such as `40 × 2048 × 2048`; nothing for a scalar. */
export function shapeText(shape: readonly number[] | null | undefined): string {
  if (shape === null) return "no values";
  return shape?.join(" × ") ?? "";
}

const KINDS: Readonly<Record<string, string>> = {
  i: "int",
  u: "uint",
  f: "float",
  c: "complex",
};

/** A type in short, such as `uint16`; what NumPy has no short name for in words. */
export function shortType(dtype: string | null | undefined, type: string): string {
  const found = /^[<>|=]([iufc])(\d+)$/.exec(dtype ?? "");
  const kind = found?.[1] && KINDS[found[1]];
  if (kind && found[2]) return `${kind}${Number(found[2]) * 8}`;
  return (/^[^{[(]*/.exec(type)?.[0] ?? "").trim() || type;
}

/** All that a row says, for a tooltip and for those who hear it. */
export function toldOf(row: Row): string {
  if (row.kind === "stack") return `Open ${row.stack.images} images as one stack`;
  if (row.kind !== "node" || !row.node) return "";
  const problem = problemOf(row.node);
  if (problem) return `${nameOf(row.node)}: ${problem}`;
  if (row.node.kind === "entry") return row.node.entry.file;
  const { path, nx_class, type, shape, units, link } = row.node.item;
  const target = link && `→ ${link.file ? `${link.file}::` : ""}${link.path}`;
  const facts = [target, nx_class, shapeText(shape), type, units];
  return [path, ...facts.filter(Boolean)].join("  ");
}
