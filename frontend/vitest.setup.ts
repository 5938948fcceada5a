// Unit tests run with the English messages.
import { messagesFor } from "./src/lib/i18n/messages";
import { configureTranslator } from "./src/lib/i18n/translate";

configureTranslator("en-GB", messagesFor("en-GB"));
