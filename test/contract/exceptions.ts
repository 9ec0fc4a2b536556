/**
 * Recorded interactions that the emulator does not answer as recorded, each with its reason. A
 * test fails where one of these matches after all.
 */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'rb.upload_upload_one #1':
    'a body of v0.5 (image_info and source) under the content type of v0.7: the cassette was edited',
};
