import type { EmulatedFile } from '../core/emulated-file.ts';
import { sanitisedName } from '../core/sanitised-name.ts';

interface FoundVideo {
  readonly audio?: readonly object[];
  readonly video?: readonly object[];
}

/**
 * The JSON of a file in the Upload API. The keys have the order that recordings since 2022 show
 * (docs/uploadcare-api.md 11.1).
 */
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
    // This field is an assumption: no recording of the real service shows it. Since mid 2026, the vendor's
    // client has had it as an optional field.
    ...(file.tags === undefined ? {} : { tags: JSON.parse(file.tags) }),
  };
}

// The video details of a file. Unlike `content_info`, which has lists, they have one audio and one video
// track, as the vendor's client expects. This is an assumption: no recording of the real service shows a
// video in the Upload API.
function videoInfo(video: FoundVideo | undefined): object | null {
  if (video === undefined) return null;
  return { ...video, audio: video.audio?.[0] ?? null, video: video.video?.[0] ?? null };
}
