import "./about.css";

import type { ReactNode } from "react";

import type { Described, Item } from "../api/answers";
import { shapeText } from "../tree/row-view";
import type { ViewProps } from "./views";

/** What an object is, how it is stored and read, and its attributes. */
export function AboutView({ item }: ViewProps) {
  const attributes = Object.entries(item.attribute_values);
  return (
    <div className="about">
      <Facts title="Object" rows={factsOf(item)} />
      {item.storage && <Facts title="Storage" rows={storageOf(item)} />}
      {item.chain && item.chain.length > 0 && (
        <Facts title="Links on the way" rows={item.chain.map(linkRow)} />
      )}
      {item.outside && item.outside.length > 0 && (
        <Facts title="Taken from" rows={sourcesOf(item)} />
      )}
      <Facts
        title="Attributes"
        rows={attributes.map(([name, value]) => [name, valueText(value)])}
        none="It has no attributes."
      />
    </div>
  );
}

type Fact = readonly [string, ReactNode];

interface FactsProps {
  readonly title: string;
  readonly rows: readonly Fact[];
  readonly none?: string;
}

function Facts({ title, rows, none }: FactsProps) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="about-none">{none}</p>
      ) : (
        <table>
          <tbody>
            {rows.map(([name, value], index) => (
              <tr key={`${name}#${index}`}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** What an object is, as pairs of a name and a value; what is not known is left out. */
function factsOf(item: Described): Fact[] {
  const { kind, nx_class, type, dtype, shape, maxshape, units, members, same_as } =
    item;
  const grows = maxshape?.some((length, axis) => length !== shape?.[axis]);
  const rows: [string, ReactNode][] = [
    ["Path", item.path],
    ["Kind", kind],
    ["NX class", nx_class],
    ["Type", type],
    ["NumPy type", dtype],
    ["Shape", shape?.length === 0 ? "scalar" : type && shapeText(shape)],
    ["May grow to", grows && maxshape?.map((n) => n ?? "no end").join(" × ")],
    ["Units", units],
    ["Members", members?.toLocaleString("en")],
    ["Same object as", same_as],
    ["Problem", item.problem && <strong className="about-bad">{item.problem}</strong>],
  ];
  return rows.filter(([, value]) => value !== undefined && value !== "" && value);
}

const WAYS: Readonly<Record<string, string>> = {
  engine: "beamio's engine, in parallel",
  h5py: "h5py",
  nothing: "nothing here",
};

function storageOf({ storage, way }: Described): Fact[] {
  if (!storage) return [];
  const { layout, nbytes, stored, chunks, filters, ratio } = storage;
  const by = way && `${WAYS[way.name] ?? way.name}${way.why ? ` (${way.why})` : ""}`;
  const rows: [string, ReactNode][] = [
    ["Layout", layout],
    ["Chunks", chunks?.join(" × ")],
    ["Filters", filters?.join(", ")],
    ["Size of the values", bytes(nbytes)],
    ["Size in the file", stored === undefined || stored === 0 ? "" : bytes(stored)],
    [
      "Compressed",
      ratio !== null && stored && filters?.length ? `${ratio.toFixed(2)} : 1` : "",
    ],
    ["Read by", by],
  ];
  return rows.filter(([, value]) => Boolean(value));
}

function linkRow({ path, link }: Item): Fact {
  const target = link ? `${link.file ? `${link.file}::` : ""}${link.path}` : "?";
  if (!link?.cause) return [path, `→ ${target}`];
  return [
    path,
    <span key="bad" className="about-bad">
      → {target} ({link.cause}
      {link.reason && `: ${link.reason}`})
    </span>,
  ];
}

function sourcesOf({ outside = [], outside_total }: Described): Fact[] {
  const rows = outside.map(({ kind, name, reason }): Fact => [
    kind,
    reason ? (
      <span className="about-bad">
        {name}: {reason}
      </span>
    ) : (
      name
    ),
  ]);
  if (outside_total === undefined) return rows;
  return [...rows, ["", `${(outside_total - rows.length).toLocaleString("en")} more`]];
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** A number of bytes, with three digits. */
export function bytes(count: number): string {
  let power = 0;
  while (count >= 1000 * 1000 ** power && power < UNITS.length - 1) power++;
  const value = count / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[power] ?? ""}`;
}

/** The value of an attribute, or why it can't be read. */
function valueText(value: unknown): ReactNode {
  if (typeof value === "string") return value;
  if (value === null || value === undefined)
    return <span className="about-none">no value</span>;
  if (typeof value === "object" && "problem" in value)
    return <span className="about-bad">{String(value.problem)}</span>;
  return JSON.stringify(value);
}
