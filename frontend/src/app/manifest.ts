// The web app manifest: the app can be installed.
import type { MetadataRoute } from "next";

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: "Taskbridge",
    short_name: "Taskbridge",
    description: "A task list for you alone.",
    start_url: "/",
    display: "standalone",
    background_color: "#f7f7f5",
    theme_color: "#3b4fd8",
    icons: [
      { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icon-maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  };
}
