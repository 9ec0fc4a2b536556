import type { EmulatedFile } from '../core/emulated-file.ts';
import { sanitisedName } from '../core/sanitised-name.ts';

interface FoundVideo {
  readonly audio?: readonly object[];
  readonly video?: readonly object[];
}

/** The JSON of a file in the Upload API, in the key order recorded since 2022 (api 11.1). */
export function uploadFileInfo(file: EmulatedFile): object {
  const contentInfo: { image?: object; video?: FoundVideo } | null = JSON.parse(file.contentInfo);
  const { size, uuid } = file;
  return {
    size,
    total: size,
    done: size,
    uuid,
    file_id: uuid,
    original_filename: file.name,
    is_image: file.isImage ?? false,
    is_stored: file.storedAt !== null,
    image_info: contentInfo?.image ?? null,
    video_info: videoInfo(contentInfo?.video),
    content_info: contentInfo,
    is_ready: file.isReady,
    filename: file.urlName ?? sanitisedName(file.name),
    mime_type: file.mimeType,
    metadata: JSON.parse(file.metadata),
    // not recorded: the vendor's client has it since mid 2026, as optional.
    ...(file.tags === undefined ? {} : { tags: JSON.parse(file.tags) }),
  };
}

// not recorded: the vendor's client has one track of each kind here; content_info has lists.
function videoInfo(video: FoundVideo | undefined): object | null {
  if (video === undefined) return null;
  return { ...video, audio: video.audio?.[0] ?? null, video: video.video?.[0] ?? null };
}
