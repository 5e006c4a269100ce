import { useState } from "react";

import { CheckField, ChoiceField, TextField } from "../controls/fields";
import { JobDialog } from "./job-dialog";
import { type Filter, FILTERS } from "./filters";
import { seriesOf, stemOf, suffixOf } from "./names";

interface ActionProps {
  readonly file: string;
  readonly path: string;
  readonly onClose: () => void;
}

const FORMATS = [
  [".h5", "HDF5"],
  [".edf", "EDF"],
  [".tif", "TIFF"],
  [".cbf", "CBF"],
  [".npy", "NumPy"],
  [".png", "PNG, to look at"],
] as const satisfies readonly (readonly [string, string])[];

type Suffix = (typeof FORMATS)[number][0];

/** Converts a file, a part of it or a series to another format. */
export function ConvertDialog({ file, path, onClose }: ActionProps) {
  const part = path === "/" ? undefined : `${file}::${path}`;
  const series = seriesOf(file);
  const isHdf5 = /^\.(h5|hdf5?|nxs?|nexus)$/i.test(suffixOf(file));
  const [sources, setSources] = useState(isHdf5 ? (part ?? file) : (series ?? file));
  const [suffix, setSuffix] = useState<Suffix>(isHdf5 ? ".tif" : ".h5");
  const [name, setName] = useState("");
  const [filter, setFilter] = useState<Filter>("none");
  const [each, setEach] = useState(false);
  const [verify, setVerify] = useState(true);
  const [overwrite, setOverwrite] = useState(false);
  const proposed = `${stemOf(file).replace(/_?\d+$/, "") || "converted"}${suffix}`;
  const isToHdf5 = suffix === ".h5";
  const body = {
    kind: "convert",
    files: sources.split("\n").filter((line) => line.trim() !== ""),
    output: name.trim() || proposed,
    filter: isToHdf5 && filter !== "none" ? filter : null,
    series: !isToHdf5 && each,
    verify,
    overwrite,
  };
  return (
    <JobDialog title="Convert" verb="Convert" body={body} onClose={onClose}>
      <TextField
        label="Sources"
        title="Files, patterns such as scan_*.edf, or file::/path[slice]; one a line"
        lines={2}
        value={sources}
        onChange={setSources}
      />
      <div className="dialog-row">
        <ChoiceField
          label="Format"
          value={suffix}
          options={FORMATS}
          onChange={setSuffix}
        />
        {isToHdf5 && (
          <ChoiceField
            label="Compression"
            value={filter}
            options={FILTERS}
            onChange={setFilter}
          />
        )}
      </div>
      <Output
        name={name}
        proposed={proposed}
        onName={setName}
        overwrite={overwrite}
        onOverwrite={setOverwrite}
      />
      {!isToHdf5 && (
        <CheckField
          label="A file for each image"
          title="Even where one file could hold all"
          checked={each}
          onChange={setEach}
        />
      )}
      <CheckField
        label="Compare the output with the sources"
        checked={verify}
        onChange={setVerify}
      />
    </JobDialog>
  );
}

/** Copies an HDF5 file with other filters and chunks, or defragmented. */
export function RepackDialog({ file, path, onClose }: ActionProps) {
  const [name, setName] = useState("");
  const [filter, setFilter] = useState<"keep" | Filter>("keep");
  const [chunks, setChunks] = useState("");
  const [isOnly, setOnly] = useState(false);
  const [checksum, setChecksum] = useState(false);
  const [verify, setVerify] = useState(true);
  const [overwrite, setOverwrite] = useState(false);
  const proposed = `${stemOf(file)}_repacked${suffixOf(file) || ".h5"}`;
  const body = {
    kind: "repack",
    file,
    output: name.trim() || proposed,
    filter: filter === "keep" ? null : filter,
    chunks: chunks.trim() || null,
    only: isOnly ? [path] : [],
    checksum,
    verify,
    overwrite,
  };
  return (
    <JobDialog title="Repack" verb="Repack" body={body} onClose={onClose}>
      <p className="field-hint">
        A copy of the whole file, without unused space. Datasets keep how they are
        stored unless something else is chosen here.
      </p>
      <div className="dialog-row">
        <ChoiceField
          label="Compression"
          value={filter}
          options={[["keep", "as it is"], ...FILTERS]}
          onChange={setFilter}
        />
        <TextField
          label="Chunks"
          title="keep, auto for chunks that suit frames, or a shape such as 1,2048,2048"
          placeholder="keep"
          value={chunks}
          onChange={setChunks}
        />
      </div>
      <Output
        name={name}
        proposed={proposed}
        onName={setName}
        overwrite={overwrite}
        onOverwrite={setOverwrite}
      />
      {path !== "/" && (
        <CheckField label={`Change only ${path}`} checked={isOnly} onChange={setOnly} />
      )}
      <CheckField
        label="Checksums"
        title="They tell when bits have changed"
        checked={checksum}
        onChange={setChecksum}
      />
      <CheckField
        label="Compare the copy with the file"
        checked={verify}
        onChange={setVerify}
      />
    </JobDialog>
  );
}

/** Says what would go wrong with a file. */
export function CheckDialog({ file, path, onClose }: ActionProps) {
  const [deep, setDeep] = useState(false);
  const [isPart, setPart] = useState(false);
  const body = { kind: "check", file, path: isPart ? path : "", deep };
  return (
    <JobDialog title="Check" verb="Check" body={body} onClose={onClose}>
      <p className="field-hint">
        Links that lead nowhere, missing sources and filters, damage, and mistakes that
        keep a plot from showing.
      </p>
      <CheckField
        label="Read and decode all values as well"
        title="Finds damaged chunks; takes as long as reading the file"
        checked={deep}
        onChange={setDeep}
      />
      {path !== "/" && (
        <CheckField label={`Only ${path}`} checked={isPart} onChange={setPart} />
      )}
    </JobDialog>
  );
}

interface OutputProps {
  readonly name: string;
  readonly proposed: string;
  readonly onName: (name: string) => void;
  readonly overwrite: boolean;
  readonly onOverwrite: (overwrite: boolean) => void;
}

function Output({ name, proposed, onName, overwrite, onOverwrite }: OutputProps) {
  return (
    <>
      <TextField
        label="Output"
        title="A name beside the source, or root/folder/name"
        placeholder={proposed}
        value={name}
        onChange={onName}
      />
      <CheckField
        label="Replace the output if it exists"
        checked={overwrite}
        onChange={onOverwrite}
      />
    </>
  );
}
