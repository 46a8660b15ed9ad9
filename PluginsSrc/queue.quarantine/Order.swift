package import PluginKit

/// What plugins have asked for by their notes.
package struct Order: Equatable {
    /// The folders above the day's; none for most.
    package var folders: [String] = []
    /// Why the folder that was asked for is not used.
    package var complaint: String?

    /// The order of a note `@quarantine`: true, or the name of a folder; nil when there is none.
    package init?(_ note: Value?) {
        guard let note else { return nil }
        guard case .string(let text) = note else {
            guard note.bool else { return nil }
            return
        }
        // A truth value as other languages write it.
        switch text.lowercased() {
        case "", "false", "0", "no": return nil
        case "true", "1", "yes": return
        default: break
        }
        let names = text.split(separator: "/").map(String.init)
        guard (1...8).contains(names.count), names.allSatisfy(Self.isName), names.first != "tmp" else {
            complaint = "\"\(text)\" is no folder of a quarantine"
            return
        }
        folders = names
    }

    // No name that goes up, hides itself or means something to a shell.
    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// What the client gets for a note `@quarantine_action`: a verdict by Haraka's name or number, then words for the client.
    ///
    /// No note is `.continue`: the mail goes on. What can't be understood is nil.
    package static func verdict(_ note: Value?) -> Verdict? {
        guard let text = note?.string, !text.isEmpty else { return .continue }
        let words = text.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? String(words[1]) : nil
        switch words.first?.uppercased() {
        case "CONT", "900": return .continue
        case "DENY", "902": return .deny(rest)
        case "DENYSOFT", "903": return .denySoft(rest)
        case "DENYDISCONNECT", "904": return .denyDisconnect(rest)
        case "OK", "906": return rest.map { .ok($0) } ?? .ok
        case "DENYSOFTDISCONNECT", "909": return .denySoftDisconnect(rest)
        default: return nil
        }
    }
}
