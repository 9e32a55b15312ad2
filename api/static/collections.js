// A playlist: each moment is heard where it stands, from its second on.

import { dock } from "./dock.js";
import "./page.js";

dock(document.getElementById("dock"), document.getElementById("playlist"));
