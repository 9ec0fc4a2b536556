/** A difference from the vendor's documents that is right, and what outweighs them. */
export interface DocumentException {
  /** Matches differences as `METHOD path status: what`. */
  readonly difference: RegExp;
  /** A recording, a test of the vendor, or a newer document. */
  readonly evidence: string;
}

const TAGS = 'official changelog of 2026-06-29: files have tags; the documents are older';
const SEARCH = 'official reference of 2026: POST /files/search/; the documents are older';
const DRF_WORDS =
  'recorded for other fields (rb.uc_clamav_virus_scan_nonexistent_uuid #0): a bad field answers by its name';
const GENERAL_429 = 'the documents themselves: the rate covers the whole project (general part)';

/** Differences of the emulator's answers. */
export const ANSWER_EXCEPTIONS: readonly DocumentException[] = [
  {
    difference: / \d{3}: content type application\/vnd\.uploadcare-v0\.7\+json$/,
    evidence: 'recorded in all v0.7 traffic, e.g. py.api.update_webhook #0',
  },
  {
    difference: / 406: \/detail says "Incorrect Accept header provided\. .* docs for details"$/,
    evidence: 'recorded without the final period (py.ucare_cli.change_api_version)',
  },
  { difference: /unknown field \/(?:result\/|results\/\*\/|result\/\*\/)?tags$/, evidence: TAGS },
  { difference: /^(?:GET|PUT|PATCH) \/files\/\{uuid\}\/tags\/: undocumented$/, evidence: TAGS },
  { difference: /^POST \/files\/search\/: undocumented$/, evidence: SEARCH },
  {
    difference: /\/is_image must be boolean$/,
    evidence: 'null recorded while a file is processed (rb.rest_file_list_load #14)',
  },
  {
    difference: /\/appdata\/uc_clamav_virus_scan\/version says "1\.0\.1"$/,
    evidence: 'recorded (rb.rest_file_info.v2 #1)',
  },
  {
    difference: /^GET \/groups\/\{uuid\}\/ 200: \/files must be object$/,
    evidence:
      'recorded as an array (py.resources.get_group_with_deleted_files); a slip of the document',
  },
  {
    difference: /thumbnails_group_uuid must match format "uuid"$/,
    evidence: 'recorded as `<uuid>~N`, the id of a group (py.ucare_cli.convert_video)',
  },
  {
    difference: /^POST \/convert\/\w+\/ 200: \/problems\/.* must match format "uuid"$/,
    evidence: 'recorded as words (rb.video_convert_convert_many_with_error #0)',
  },
  {
    difference: /unknown field \/format\/converted_groups$/,
    evidence: 'recorded inside of `format` (py.resources.file_get_converted_document_group #0)',
  },
  {
    difference: /^\w+ \/files\/\{uuid\}\/metadata\/\{key\}\/ 404: undocumented status$/,
    evidence: 'recorded (rb.file_metadata_show_nonexistent_key #0)',
  },
  {
    difference: /\/signing_secret must be string$/,
    evidence: 'null recorded for a webhook without a secret (py.api.update_webhook #0)',
  },
  {
    difference: /^\w+ \/webhooks\/.* 403: undocumented status$/,
    evidence:
      'recorded: a plan without webhooks is 403, not 400 (rbnext.rest_webhook_list_unpaid #0)',
  },
  {
    difference: /^DELETE \/webhooks\/\{id\}\/: undocumented$/,
    evidence: 'recorded (py.ucare_cli.delete_webhooks #0)',
  },
  { difference: /^POST \/webhooks\/ 400: \/ says \{"(?:event|target_url)":/, evidence: DRF_WORDS },
  {
    difference: /^POST \/addons\/\w+\/execute\/ 400: unknown field \/target$/,
    evidence: 'recorded (rb.uc_clamav_virus_scan_nonexistent_uuid #0)',
  },
  {
    difference: /^GET \/addons\/\w+\/execute\/status\/ 400: unknown field \/request_id$/,
    evidence: 'recorded (rb.remove_bg_status_nonexistent_uuid #0)',
  },
  {
    difference: /^POST \/addons\/\w+\/execute\/ 404: undocumented status$/,
    evidence: 'recorded by its length: the body of 23 bytes is `{"detail":"Not found."}`',
  },
  {
    difference: /^\w+ \/(?:base|multipart|from_url|info)\/.* 401: undocumented status$/,
    evidence: 'official changelog of 2026-09-08: a bad token is 401; the documents are older',
  },
  {
    difference: / 400: (?:undocumented status|\/detail says "Simple authentication over HTTP .*)$/,
    evidence: 'the documents themselves: plain HTTP is refused by every other operation so',
  },
  {
    difference: /says \{"detail":"Invalid pattern provided: /,
    evidence: 'the document’s `pattern_value` stands for the pattern that was sent',
  },
  { difference: / 429: undocumented status$/, evidence: GENERAL_429 },
  {
    difference: /^(?:POST|GET) \/group\/(?:info\/)?: undocumented$/,
    evidence: 'recorded (rails.group_api_create_group.v2 #0, rails.group_api_get_group.v2 #0)',
  },
  {
    difference: /\/image_info must be object$/,
    evidence: 'null recorded for what is no picture (py.api.multipart_upload #4)',
  },
  {
    difference: /^GET \/from_url\/status\/ 200: \/ says \{.*(?:"image_info":null|"tags":\[)/,
    evidence: `null recorded (rb.upload_get_upload_from_url_status.v2 #0); ${TAGS}`,
  },
  {
    difference: /^POST \/base\/ 200: unknown field \/\w+$/,
    evidence: 'the document describes any field: its key is the name of the file part',
  },
];

/** Differences of our client's requests. */
export const REQUEST_EXCEPTIONS: readonly DocumentException[] = [
  {
    difference: / request: query parameter jsonerrors$/,
    evidence: 'the vendor’s own upload client 6.21.0 sends it with every request',
  },
  { difference: / request: unknown field \/tags$/, evidence: TAGS },
  { difference: /^(?:GET|PUT|PATCH) \/files\/\{uuid\}\/tags\/: undocumented$/, evidence: TAGS },
  { difference: /^POST \/files\/search\/: undocumented$/, evidence: SEARCH },
  {
    difference: /^(?:POST|GET) \/group\/(?:info\/)?: undocumented$/,
    evidence: 'recorded (rails.group_api_create_group.v2 #0, rails.group_api_get_group.v2 #0)',
  },
  {
    difference: /^DELETE \/webhooks\/\{id\}\/: undocumented$/,
    evidence: 'recorded (py.ucare_cli.delete_webhooks #0)',
  },
  {
    difference: /^\w+ \/webhooks\/.* request: content type application\/json$/,
    evidence: 'JSON recorded (rails.webhook_api_create_webhook #0, py.api.update_webhook #0)',
  },
  {
    difference: /^POST \/files\/\w+_copy\/ request: \/source must match format "uri"$/,
    evidence:
      'the document’s own words: a CDN URL or a UUID; UUIDs recorded (rb.rest_file_internal_copy)',
  },
  {
    difference:
      /^POST \/files\/local_copy\/ request: \/store (?:must be string|says (?:true|false))$/,
    evidence: 'JSON booleans recorded (py.resources.file_create_local_copy #0)',
  },
];
