internal import Mail

/// An authentication as the calling side sees it: RFC 4954 §4.
struct SASLClient: Sendable {
    /// What the lines of AUTH say; it is a secret.
    let mechanism: SASLMechanism
    private var dialogue: any SASLClientDialogue
    /// The first response, where it was too long to go along with AUTH.
    private var delayed: [UInt8]?

    /// RFC 4954 §4: an initial response must not make the command longer than commands may be.
    private static let longestCommand = 512

    init(_ mechanism: SASLMechanism, _ dialogue: any SASLClientDialogue) {
        self.mechanism = mechanism
        self.dialogue = dialogue
    }

    /// The command, CRLF included.
    mutating func begin() -> [UInt8] {
        var line = Array("AUTH \(mechanism.rawValue)".utf8)
        if let initial = dialogue.initialResponse {
            // RFC 4954 §4: "=" is a response of no bytes.
            let encoded = initial.isEmpty ? [UInt8(ascii: "=")] : Base64.encode(initial)
            if line.count + 1 + encoded.count + 2 <= Self.longestCommand {
                line.append(0x20)
                line.append(copying: encoded.span)
            } else {
                delayed = initial
            }
        }
        line.append(text: "\r\n")
        return line
    }

    /// The answer to a challenge as it stood in the reply, CRLF included; nil if there is none.
    mutating func respond(to text: String) -> [UInt8]? {
        guard let challenge = Base64.decode(text.utf8.span) else { return nil }
        let response: [UInt8]?
        if let delayed {
            response = delayed
            self.delayed = nil
        } else {
            response = dialogue.respond(to: challenge)
        }
        guard let response else { return nil }
        var line = Base64.encode(response)
        line.append(text: "\r\n")
        return line
    }

    /// Whether a "yes" of the server can be believed.
    var isSatisfied: Bool { delayed == nil && dialogue.isSatisfied }
}

extension SASLClient: CustomStringConvertible, CustomReflectable {
    /// Its mechanism, nothing of its secrets.
    var description: String { "an authentication by \(mechanism.rawValue)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
