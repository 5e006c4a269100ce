import { Notice } from "../shell/notice";

/** The flat-field correction of the chosen scan. */
export function FlatFieldPage() {
  return <Notice>Choose a scan on the left.</Notice>;
}
