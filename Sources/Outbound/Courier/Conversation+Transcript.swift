internal import SMTP
internal import TLS
internal import Wire

extension Conversation {
    /// Bytes of a line that are kept.
    private static let lineLimit = 1000
    private static let withheld = "(withheld)"

    func note(_ text: @autoclosure () -> String) {
        if transcribes { observer?.transcribed(.noted(text())) }
    }

    func note(_ facts: OutcallFacts) {
        guard let tls = facts.tls else { return note("connected to \(facts.remote) from \(facts.local)") }
        let proof = tls.fault.map { "not verified: \($0)" } ?? "verified"
        let record = tls.record.map { ", TLSA \($0)" } ?? ""
        note("TLS with \(facts.remote): \(tls.facts.version), \(tls.facts.cipher), \(proof)\(record)")
    }

    /// What is written while we authenticate holds the password, or what proves it.
    func noteSaid(_ bytes: [UInt8]) {
        for line in Self.lines(bytes.span) {
            guard session.isAuthenticating else {
                observer?.transcribed(.said(line))
                continue
            }
            let words = line.split(separator: " ")
            let shown = words.first == "AUTH" && words.count > 1 ? words.prefix(2).joined(separator: " ") + " " : ""
            observer?.transcribed(.said(words.count == 2 && !shown.isEmpty ? line : shown + Self.withheld))
        }
    }

    func noteHeard(_ bytes: Span<UInt8>, isSecret: Bool) {
        for line in Self.lines(bytes) {
            // A challenge with its response would be enough to guess passwords by.
            let isChallenge = isSecret && line.hasPrefix("334")
            observer?.transcribed(.heard(isChallenge ? "334 " + Self.withheld : line))
        }
    }

    private static func lines(_ bytes: Span<UInt8>) -> [String] {
        var lines: [String] = []
        var line: [UInt8] = []
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == 0x0A {
                lines.append(text(line))
                line = []
            } else if line.count < lineLimit {
                line.append(byte)
            }
        }
        if !line.isEmpty { lines.append(text(line)) }
        return lines
    }

    private static func text(_ line: [UInt8]) -> String {
        var line = line
        if line.last == 0x0D { line.removeLast() }
        let scalars = String(decoding: line, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
