public import Mail

/// A mail that a plugin writes.
public struct SubmittedMail: Sendable {
    public var envelope: Envelope
    /// Header and body; each line ends in CRLF.
    public var text: [UInt8]
    /// The plugin's name.
    public var plugin: String

    public init(envelope: Envelope, text: [UInt8], plugin: String) {
        self.envelope = envelope
        self.text = text
        self.plugin = plugin
    }
}
