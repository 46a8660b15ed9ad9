internal import Config
internal import SMTP
internal import System
internal import TLS
internal import Wire

/// What `haraka tls list` says: each certificate, whom it is shown to, and what is wrong.
public struct TLSListing {
    private let configuration: TLSConfiguration
    private let listen: [ListenAddress]
    private let problems: [Problem]
    private let directory: String
    private let now: Int64

    public init(_ directory: String, installation: Installation) throws(StartError) {
        try self.init(directory, installation: installation, now: SystemTime.wallSeconds)
    }

    init(_ directory: String, installation: Installation, now: Int64) throws(StartError) {
        let (found, problems) = try Configuration.examine(directory, installation, strict: false)
        guard let found else { throw StartError(problems.map(\.description).joined(separator: "\n")) }
        configuration = found.tls
        listen = found.settings.listen + found.settings.lmtpListen
        self.directory = found.directory
        self.now = now
        let ends = found.tls.certificates.compactMap { Self.end($0, now, found.directory) }
        self.problems = problems.filter(Self.isAboutTLS) + ends
    }

    public var isGood: Bool { !problems.contains { $0.severity == .error } }

    public var text: String {
        var lines: [String] = []
        if configuration.certificates.isEmpty {
            lines.append("There is no certificate: haraka tls add DOMAIN --cert FILE --key FILE -c DIR takes one.")
        } else {
            lines += Table.lines([Self.header] + configuration.certificates.map(row))
        }
        lines += problems.sorted { $0.severity > $1.severity }.map { "\($0.severity): \($0)" }
        return lines.joined(separator: "\n")
    }

    private static let header = ["Names", "Key", "Matches", "Chain", "Days", "Ends", "Issuer", "File", "Shown on"]

    private func row(_ certificate: TLSCertificate) -> [String] {
        [
            certificate.title,
            certificate.keyType == .ed25519
                ? certificate.keyType.rawValue
                : "\(certificate.keyType.rawValue) \(certificate.keyBits)",
            // One whose key doesn't is among the problems instead.
            "yes",
            "\(certificate.chainCount)",
            "\(certificate.daysLeft(at: now))",
            CalendarDay.text(certificate.notAfter),
            certificate.issuer == certificate.subject ? "itself" : certificate.issuer,
            shown(certificate.certificateFile),
            use(certificate),
        ]
    }

    /// Which listeners show it, and to whom.
    private func use(_ certificate: TLSCertificate) -> String {
        guard let contexts = configuration.contexts else { return "nothing, as long as there are errors" }
        let mine = certificate.fingerprint
        let isDefault = configuration.certificates.first?.fingerprint == mine
        let isAsked = certificate.names.contains { name in
            contexts.certificates(for: name).contains { $0.fingerprint == mine }
        }
        guard isDefault || isAsked else { return "nothing: another one for these names ends later" }
        let places = listen.compactMap(place)
        let list = places.isEmpty ? "no listener" : places.joined(separator: ", ")
        return isDefault ? "\(list); also without a name" : list
    }

    private func place(_ address: ListenAddress) -> String? {
        if configuration.isImplicit(port: address.port) { return "\(address) TLS" }
        switch configuration.startTLS(port: address.port, remote: nil) {
        case .off, .brokenForNow: return nil
        case .offered: return "\(address) STARTTLS"
        case .required: return "\(address) STARTTLS required"
        }
    }

    private func shown(_ path: String) -> String { Self.shown(path, directory) }

    private static func shown(_ path: String, _ directory: String) -> String {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.utf8.count + 1)) : path
    }

    private static func isAboutTLS(_ problem: Problem) -> Bool {
        problem.file.contains("tls") || problem.message.contains("TLS") || problem.key == "tls"
    }

    /// One that has ended is told by the check of the files.
    private static func end(_ certificate: TLSCertificate, _ now: Int64, _ directory: String) -> Problem? {
        let days = certificate.daysLeft(at: now)
        let severity: Problem.Severity
        switch ExpiryLevel(days: days) {
        case .ended, .urgent: severity = .error
        case .soon: severity = .warning
        case nil: return nil
        }
        let message = days < 0 ? "the certificate has ended" : "the certificate ends in \(TLSKeeper.days(days))"
        let file = shown(certificate.certificateFile, directory)
        return Problem(severity, file: file, message: message, fix: "renew it")
    }
}
