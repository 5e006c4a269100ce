import { COLOUR_MAPS, type ColourMap, gradientOf } from "./colours";
import { type Limits, type Rule, type ScaleName, SCALES } from "./contrast";
import type { Contrast } from "./facts";
import { Check, Choice, NumberField } from "./fields";
import { HistogramPlot } from "./histogram-plot";
import { numberText } from "./numbers";
import { useSettings } from "./settings";

const RULES: readonly { label: string; hint: string; rule: Rule }[] = [
  rule("Min–max", "From the least to the largest valid value", 0, 100),
  rule("0.1–99.9 %", "Leaves out one of a thousand on both sides", 0.1, 99.9),
  rule("1–99 %", "Leaves out one of a hundred on both sides", 1, 99),
  rule("5–95 %", "Leaves out one of twenty on both sides", 5, 95),
  { label: "Mean ± 3σ", hint: "Three standard deviations", rule: { kind: "sigma" } },
];

function rule(label: string, hint: string, low: number, high: number) {
  return { label, hint, rule: { kind: "percent", low, high } as const };
}

interface ContrastPanelProps {
  readonly contrast: Contrast | undefined;
  readonly limits: Limits;
  readonly onRule: (rule: Rule) => void;
}

/** Which values have which colours. */
export function ContrastPanel({ contrast, limits, onRule }: ContrastPanelProps) {
  const settings = useSettings();
  const { colours, invert, scale, perFrame, markInvalid, change } = settings;
  const manual = (next: Limits) => {
    onRule({ kind: "manual", limits: next });
  };
  return (
    <section className="image-panel" aria-label="Contrast">
      <h2>Contrast</h2>
      {contrast && contrast.histogram.counts.length > 0 && (
        <HistogramPlot
          histogram={contrast.histogram}
          limits={limits}
          scale={scale}
          gradient={gradientOf(colours, invert, "right")}
          onLimits={manual}
        />
      )}
      <div className="image-row">
        <NumberField
          label="Lowest"
          value={limits[0]}
          onChange={(low) => {
            manual([low, limits[1]]);
          }}
        />
        <NumberField
          label="Highest"
          value={limits[1]}
          onChange={(high) => {
            manual([limits[0], high]);
          }}
        />
      </div>
      <div className="image-buttons" role="group" aria-label="Limits">
        {RULES.map(({ label, hint, rule: each }) => (
          <button
            key={label}
            type="button"
            title={hint}
            aria-pressed={JSON.stringify(each) === JSON.stringify(settings.rule)}
            onClick={() => {
              onRule(each);
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <Check
        label="Anew for each frame"
        hint="Else the limits stay while you step through the frames"
        checked={perFrame}
        onChange={(checked) => {
          change({ perFrame: checked });
        }}
      />
      <div className="image-row">
        <Choice
          label="Colours"
          options={COLOUR_MAPS}
          value={colours}
          onChange={(next: ColourMap) => {
            change({ colours: next });
          }}
        />
        <Choice
          label="Scale"
          options={SCALES}
          value={scale}
          onChange={(next: ScaleName) => {
            change({ scale: next });
          }}
        />
      </div>
      <Check
        label="Invert colours"
        checked={invert}
        onChange={(checked) => {
          change({ invert: checked });
        }}
      />
      <Check
        label="Mark saturated and dead pixels"
        hint="Integers that are the largest of their type are drawn in orange, as NaN is"
        checked={markInvalid}
        onChange={(checked) => {
          change({ markInvalid: checked });
        }}
      />
      {contrast && contrast.share < 1 && (
        <p className="image-note">
          Of {numberText(100 * contrast.share, 2)} % of the pixels, evenly spread
        </p>
      )}
    </section>
  );
}
