import "./styles/tokens.css";
import "./styles/base.css";

import { createHttp } from "@baton/sdk";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./shell/App.tsx";
import { applyTheme } from "./shell/theme.ts";

applyTheme();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App http={createHttp({ base: location.origin })} />
  </StrictMode>,
);
