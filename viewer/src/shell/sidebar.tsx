/** The files of the folder that is served. */
export function Sidebar() {
  return (
    <aside className="sidebar" aria-label="Files">
      <h2 className="sidebar-title">Files</h2>
    </aside>
  );
}
