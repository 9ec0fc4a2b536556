import './page.css';
import { render } from 'preact';
import type { PageStart } from '../page-data/shapes.ts';
import { App } from './app.tsx';
import type { DataSource } from './data-source.ts';
import { fileSource } from './file-source.ts';
import { gallerySource } from './gallery-source.ts';
import { liveSource } from './live-source.ts';

function createSource({ canControl, report, gallery }: PageStart): DataSource {
  if (report !== null) return fileSource(report);
  return gallery === null ? liveSource(canControl) : gallerySource(gallery);
}

const start = JSON.parse(document.getElementById('start')?.textContent ?? '') as PageStart;
const place = document.getElementById('page');
if (place !== null) render(<App source={createSource(start)} gallery={start.gallery} />, place);
