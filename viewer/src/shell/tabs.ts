/** The pages of the workbench, in the order of their tabs. */
export const TABS = [
  { id: "view", label: "View" },
  { id: "flat-field", label: "Flat field" },
  { id: "jobs", label: "Jobs" },
] as const;

export type TabId = (typeof TABS)[number]["id"];

export const tabId = (id: TabId) => `tab-${id}`;
export const panelId = (id: TabId) => `panel-${id}`;

/** The tab that a key moves to from `current`, or undefined where it moves to none. */
export function tabAfterKey(current: TabId, key: string): TabId | undefined {
  const at = TABS.findIndex(({ id }) => id === current);
  const last = TABS.length - 1;
  switch (key) {
    case "ArrowRight":
      return TABS[at === last ? 0 : at + 1]?.id;
    case "ArrowLeft":
      return TABS[at === 0 ? last : at - 1]?.id;
    case "Home":
      return TABS[0].id;
    case "End":
      return TABS[last]?.id;
    default:
      return undefined;
  }
}
