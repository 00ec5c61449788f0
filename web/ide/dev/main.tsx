/** The development page: the whole app on a fixture, without a server. Never shipped. */
import "../src/styles/tokens.css";
import "../src/styles/base.css";

import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";

import { App } from "../src/shell/App.tsx";
import { applyTheme } from "../src/shell/theme.ts";
import { fakeClient } from "./client.ts";
import { fakeHttp } from "./http.ts";

applyTheme();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <Router hook={useHashLocation}>
      <App http={fakeHttp(new URLSearchParams(location.search).get("as"))} connect={fakeClient} />
    </Router>,
  );
}
