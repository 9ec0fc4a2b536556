/** Schema 2 stores the hosts that serve the files of projects. */
export const cdnHosts = `
-- The host that a project's files are served from, as the service's answers name it. project: its
-- name in the job, empty for the default one.
CREATE TABLE cdn_hosts (
  project TEXT PRIMARY KEY,
  host TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
