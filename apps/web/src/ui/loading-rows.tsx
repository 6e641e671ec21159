const rows = [0, 1, 2, 3, 4]

/** Rows in the shape of those that are on their way, so that nothing jumps when they arrive. */
export const LoadingRows = ({ label }: { readonly label: string }) => (
  <div className="skeleton" role="status">
    <span className="only-heard">{label}</span>
    <div className="skeleton-head" aria-hidden="true" />
    {rows.map((row) => (
      <div key={row} className="skeleton-row" aria-hidden="true">
        <span className="skeleton-line" />
        <span className="skeleton-line is-short" />
      </div>
    ))}
  </div>
)
