import "../flat-field/flat-field.css";

import { useEffect } from "react";

import { messageOf } from "../api/errors";
import { useDebounced } from "../controls/debounced";
import { TextField } from "../controls/fields";
import { choicesOf, useFlatField } from "../flat-field/form";
import { Found } from "../flat-field/found";
import { FrameView } from "../flat-field/frame-view";
import { OptionsForm, Section } from "../flat-field/options-form";
import { RunPanel } from "../flat-field/run-panel";
import { useFound } from "../flat-field/use-correction";
import { usePlace } from "../place/place";
import { Notice } from "../shell/notice";

/** Milliseconds without a key, after which what was typed is tried. */
const TYPED = 400;

/** The flat-field correction of the chosen scan: looked at, then carried out. */
export function FlatFieldPage() {
  const file = usePlace((place) => place.file);
  const { form, change, choose } = useFlatField();
  useEffect(() => {
    if (file !== "") choose(file);
  }, [file, choose]);
  const chosen = choicesOf(form);
  const typed = "choices" in chosen ? chosen.choices : undefined;
  const source = useDebounced(form.source.trim(), TYPED);
  const choices = useDebounced(typed, TYPED);
  const { data, error } = useFound(source, choices);
  if (form.source === "" && file === "") {
    return <Notice>Choose a scan on the left: a file, or one of its images.</Notice>;
  }
  const problem = "problem" in chosen ? chosen.problem : error && messageOf(error);
  const found = error ? undefined : data?.found;
  const hasOwnPlaces = error !== null || form.flats !== "" || form.darks !== "";
  return (
    <div className="flat-field">
      <form
        className="flat-field-side"
        aria-label="Correction"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <Section title="Scan">
          <TextField
            label="Raw frames"
            title="A file, a path in it as file::/path, a folder, or a pattern"
            value={form.source}
            onChange={(source) => {
              change({ source });
            }}
          />
          {problem && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          {found && <Found found={found} />}
          {!found && !problem && <p className="field-hint">Looking for flats …</p>}
        </Section>
        <OptionsForm isFound={data !== undefined && !hasOwnPlaces} />
        {found && data && <RunPanel {...data} />}
      </form>
      {found && data ? (
        <FrameView key={found.raw} {...data} />
      ) : (
        <Notice>{problem ? "There is nothing to show." : "Reading …"}</Notice>
      )}
    </div>
  );
}
