/** What of a recorded answer is not compared exactly. */
export type Leniency =
  /** Fields that came later are left aside, and the order of keys is that of its time. */
  | 'older fields'
  /** The words of an error are those of its time. */
  | 'older words';

/** A recorded interaction that does not match to the letter, and why that is right. */
export interface UploadException {
  /** Name of the recording and position of the interaction. */
  readonly title: string;
  readonly leniency: Leniency;
  readonly reason: string;
}

const BEFORE_2022 =
  'before content_info and metadata came in 2022, with image_info in another order';
const IN_2020 = 'of 2020: without content_info and metadata, and the order of keys was not fixed';
const NO_CODE = 'of 2020: error objects had no error_code';

/** Every exception of the Upload API's contract replay. */
export const UPLOAD_EXCEPTIONS: readonly UploadException[] = [
  older('py.api.multipart_upload #4', BEFORE_2022),
  older('py.resources.create_file_group #0', BEFORE_2022),
  older('py.resources.file_upload_big_file #4', BEFORE_2022),
  older('py.resources.file_upload_by_url #1', BEFORE_2022),
  older('rails.group_api_create_group.v2 #0', BEFORE_2022),
  older('rails.upload_upload_one_file #1', BEFORE_2022),
  older('rb.upload_get_upload_from_url_status.v2 #0', BEFORE_2022),
  older('rbnext.upload_create_group #0', IN_2020),
  older('rbnext.upload_create_group.v2 #0', IN_2020),
  older('rbnext.upload_create_group_from_files #0', IN_2020),
  older('rbnext.upload_group_info #0', IN_2020),
  older('rbnext.upload_group_info.v2 #0', IN_2020),
  older('rbnext.upload_group_info.v3 #0', IN_2020),
  older('rbnext.upload_upload_from_url #0', IN_2020),
  older('rbnext.upload_upload_from_url #1', IN_2020),
  older('rbnext.upload_upload_from_url_async #0', IN_2020),
  older('rbnext.upload_upload_from_url_progress #0', IN_2020),
  older('rbnext.upload_upload_from_url_progress #1', IN_2020),
  older('rbnext.upload_upload_invalid #0', IN_2020),
  older('rbnext.upload_multipart_upload_complete #0', NO_CODE),
  older('rbnext.upload_multipart_upload_complete_wrong_id #0', NO_CODE),
  older('rbnext.uploader_multipart_upload #0', NO_CODE),
  older('ex.url_upload_failure #0', 'of 2018: token came before type'),
  {
    title: 'rbnext.upload_upload_invalid #1',
    leniency: 'older words',
    reason: 'of 2020: `HTTPError: 404`; the documentation now has `HTTP client error: 404.`',
  },
];

/** Requests whose body the recorder did not keep; one of the same kind is sent. */
export const LOST_BODIES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'rbnext.upload_upload #0': [
    ['UPLOADCARE_PUB_KEY', 'demopublickey'],
    ['kitten.jpeg', '@kitten.jpeg'],
  ],
  'rbnext.uploader_multipart_upload #0': [
    ['UPLOADCARE_PUB_KEY', 'demopublickey'],
    ['filename', 'big.jpeg'],
    ['size', '12585265'],
    ['content_type', 'image/jpeg'],
  ],
};

function older(title: string, reason: string): UploadException {
  return { title, leniency: 'older fields', reason };
}
