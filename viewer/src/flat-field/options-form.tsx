import type { ReactNode } from "react";

import { CheckField, ChoiceField, TextField } from "../controls/fields";
import { type Form, useFlatField } from "./form";

const PLACES = "root/folder/file, file::/path or ::/path; one a line";
const POSITIONS =
  "number (in the names), index, @NAME (attribute, motor, counter), the place of a " +
  "dataset, or numbers such as 0,500";
const CURRENTS = "@NAME, the place of a dataset, or numbers, in the unit of the flats";

/** Every choice that decides what the corrected values are. */
export function OptionsForm({ isFound }: { readonly isFound: boolean }) {
  const { form, change } = useFlatField();
  return (
    <>
      <Section key={String(isFound)} title="Flats and darks" isClosed={isFound}>
        <Text
          name="flats"
          label="Flats"
          title={PLACES}
          placeholder="found beside the raw frames"
          lines={2}
        />
        <Text
          name="darks"
          label="Darks"
          title={PLACES}
          placeholder="found beside the raw frames"
          lines={2}
        />
        <CheckField
          label="No darks: take them to be zero"
          checked={form.withoutDarks}
          onChange={(withoutDarks) => {
            change({ withoutDarks });
          }}
        />
        <div className="dialog-row">
          <ChoiceField
            label="Combine by"
            title="How images at one position are combined"
            value={form.reduce}
            options={[
              ["median", "median"],
              ["mean", "mean"],
              ["sigma-clip", "sigma clip"],
            ]}
            onChange={(reduce) => {
              change({ reduce });
            }}
          />
          {form.reduce === "sigma-clip" && (
            <Text name="sigma" label="Sigma" title="Deviations from the median" />
          )}
        </div>
      </Section>
      <Section title="Correction">
        <CheckField
          label="Absorption, −ln(transmission)"
          checked={form.log}
          onChange={(log) => {
            change({ log });
          }}
        />
        {form.log && (
          <Text
            name="floor"
            label="Least transmission"
            title="Of less, no logarithm is taken"
          />
        )}
        <div className="dialog-row">
          <Text
            name="clipLow"
            label="Clip below"
            placeholder="none"
            title="Limits of the transmission, before the logarithm"
          />
          <Text
            name="clipHigh"
            label="Clip above"
            placeholder="none"
            title="Limits of the transmission, before the logarithm"
          />
        </div>
        <ChoiceField
          label="Invalid pixels become"
          title="Where the flat is not brighter than the dark, or the raw is invalid"
          value={form.fill}
          options={[
            ["nan", "NaN"],
            ["zero", "0"],
            ["one", "1"],
          ]}
          onChange={(fill) => {
            change({ fill });
          }}
        />
      </Section>
      <Section title="Positions, beam current, mask" isClosed>
        <Text name="position" label="Position of frames" title={POSITIONS} />
        <Text name="flatPosition" label="Position of flats" title={POSITIONS} />
        <Text name="darkPosition" label="Position of darks" title={POSITIONS} />
        <Text name="current" label="Beam current of frames" title={CURRENTS} />
        <Text name="flatCurrent" label="Beam current of flats" title={CURRENTS} />
        <CheckField
          label="Leave noted beam currents alone"
          checked={form.withoutCurrent}
          onChange={(withoutCurrent) => {
            change({ withoutCurrent });
          }}
        />
        <Text
          name="mask"
          label="Mask"
          title="The place of an image that is not 0 where pixels are invalid"
          placeholder="none"
        />
        <Text
          name="invalid"
          label="Invalid value"
          title="What the detector writes into invalid pixels, in counts"
          placeholder="none"
        />
        <Text name="entry" label="Entry" title="The NXtomo, of several in a file" />
      </Section>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly isClosed?: boolean;
  readonly children: ReactNode;
}

/** Some fields that belong together, to be opened and closed. */
export function Section({ title, isClosed = false, children }: SectionProps) {
  return (
    <details className="section" open={!isClosed}>
      <summary>{title}</summary>
      <div className="section-fields">{children}</div>
    </details>
  );
}

type TextName = {
  [Name in keyof Form]: Form[Name] extends string ? Name : never;
}[keyof Form];

interface TextProps {
  readonly name: TextName;
  readonly label: string;
  readonly title?: string;
  readonly placeholder?: string;
  readonly lines?: number;
}

function Text({ name, placeholder = "automatic", ...props }: TextProps) {
  const value = useFlatField(({ form }) => form[name]);
  const change = useFlatField((state) => state.change);
  return (
    <TextField
      {...props}
      placeholder={placeholder}
      value={value}
      onChange={(text) => {
        change({ [name]: text });
      }}
    />
  );
}
