internal import Config
internal import System
internal import TLS
internal import Wire

/// Makes a ``TLSConfiguration`` of a snapshot and of the certificates on the disk, and says what is wrong with them.
struct TLSReader {
    let directory: String
    let snapshot: ConfigSnapshot
    let settings: Settings
    let smtp: Settings
    let now: Int64
    var problems: [Problem] = []
    /// What was named in tls.ini: path → key and where it stands.
    var named: [String: (key: String, origin: Origin)] = [:]
    var made = TLSConfiguration()

    init(directory: String, snapshot: ConfigSnapshot, settings: Settings, smtp: Settings, now: Int64) {
        self.directory = directory
        self.snapshot = snapshot
        self.settings = settings
        self.smtp = smtp
        self.now = now
    }

    /// Reads it all; with an error among `problems` the result is not to be used.
    mutating func read(tickets: TLSTicketKeys) -> TLSConfiguration {
        made.tickets = tickets
        readPorts()
        readSettings()
        let files = namedFiles
        let isWanted = isAskedFor
        follow(files)
        let scan = TLSCertificateFolder.scan(
            files: files,
            folder: config("tls"),
            now: now,
            passphrase: settings.text("passphrase").isEmpty ? nil : Array(settings.text("passphrase").utf8)
        )
        for problem in scan.problems { take(problem) }
        made.certificates = scan.certificates
        orderCertificates()
        checkSections()
        guard !made.certificates.isEmpty else {
            if problems.contains(where: { $0.severity == .error }) { return made }
            if let place = files.first.map(shown) ?? folderInUse {
                problems.append(Problem(.error, file: place, message: Self.nothingUsable))
            } else if isWanted {
                complain(Self.nothing)
            } else {
                checkImplicitPort()
            }
            return made
        }
        if !problems.contains(where: { $0.severity == .error }) { prepare() }
        return made
    }

    private static let nothing = """
        there is no certificate, so TLS can't be had: run haraka tls add DOMAIN --cert FILE --key FILE -c DIR, or take \
        everything out of this file
        """

    private static let nothingUsable = """
        no certificate here has its private key, so TLS can't be had: put the key beside it, or run haraka tls add \
        DOMAIN --cert FILE --key FILE -c DIR
        """

    /// About tls.ini as a whole.
    mutating func complain(_ message: String) {
        problems.append(Problem(.error, file: "config/tls.ini", message: message))
    }

    /// About a key of tls.ini, with its line.
    mutating func complain(_ key: String, _ message: String, _ severity: Problem.Severity = .error) {
        problems.append(Problem(severity, at: settings.origin(key), in: "config/tls.ini", key: key, message))
    }

    func config(_ name: String) -> String { name.hasPrefix("/") ? name : "\(directory)/config/\(name)" }

    /// "config/tls/mx.pem" of an absolute path.
    func shown(_ path: String) -> String {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.utf8.count + 1)) : path
    }

    /// Whether tls.ini says anything about inbound TLS: then there must be a certificate.
    private var isAskedFor: Bool {
        let others: Set = ["outbound", "redis", "mutual_auth_hosts", "mutual_auth_hosts_exclude", "no_tls_hosts"]
        guard let root = snapshot.document("tls.ini")?.root else { return false }
        return root.keys.contains { name in
            guard !others.contains(name), let section = root[name]?.section else { return false }
            return section.keys.contains { section[$0]?.origin.isShipped == false }
        }
    }

    /// "config/tls" if there is anything in it that could be meant as a certificate.
    private var folderInUse: String? {
        let texts = [".ocsp", ".md", ".txt", "README"]
        let isThere = snapshot.files.keys.contains { name in
            name.hasPrefix("tls/") && !texts.contains(where: name.hasSuffix)
        }
        return isThere ? "config/tls" : nil
    }

    /// Certificates and keys that are named, and those of Haraka's names if they are there.
    private var namedFiles: [String] {
        mutating get {
            var files: [String] = []
            for key in ["cert", "key"] + settings.openSections.flatMap({ ["\($0).cert", "\($0).key"] }) {
                let origin = settings.origin(key)
                for name in settings.list(key) {
                    let path = config(name)
                    if let origin {
                        named[path] = (key, origin)
                    } else if (try? FileFacts.of(path, followingLinks: false)) == nil {
                        continue
                    }
                    if !files.contains(path) { files.append(path) }
                }
            }
            return files
        }
    }

    /// Notes what every file is like before it is read.
    private mutating func follow(_ files: [String]) {
        let inFolder = snapshot.files.keys.filter { $0.hasPrefix("tls/") }.map(config)
        let other = files + [settings.text("ca"), settings.text("dhparam")].filter { !$0.isEmpty }.map(config)
        let staples = files.flatMap { [$0 + ".ocsp", Self.stem($0) + ".ocsp"] }
        made.paths = Set(inFolder + other + staples).sorted()
        made.files = TLSConfiguration.look(at: made.paths)
    }

    private static func stem(_ path: String) -> Substring {
        path[..<(path.lastIndex(of: ".") ?? path.endIndex)]
    }

    private mutating func take(_ found: TLSProblem) {
        let file = shown(found.file)
        // The snapshot says of its own files that they can't be read.
        let isTold = snapshot.problems.contains { $0.severity == .error && ($0.file == file || $0.file == found.file) }
        if isTold { return }
        let rest = found.sentence.dropFirst(found.file.count + 2).replacing(directory + "/", with: "")
        // One that has ended is better than none: clients that don't look at it stay under cover.
        let severity: Problem.Severity = found.weight == .error && !found.isAboutDates ? .error : .warning
        if let (key, origin) = named[found.file] {
            let message = "\(file): \(rest)"
            problems.append(Problem(severity, file: origin.path, line: origin.line, key: key, message: message))
        } else {
            problems.append(Problem(severity, file: file, message: String(rest)))
        }
    }

    /// The certificate of [main] comes first, or else that of the server's own name: it is for clients that ask for none.
    private mutating func orderCertificates() {
        let main = settings.list("cert").map(config)
        let me = snapshot.value("me")?.text ?? Hostname.current
        guard
            let first = made.certificates.firstIndex(where: { main.contains($0.certificateFile) })
                ?? made.certificates.firstIndex(where: { $0.covers(me) })
        else { return }
        made.certificates.insert(made.certificates.remove(at: first), at: 0)
    }

    /// A section is named by what its certificate is for.
    private mutating func checkSections() {
        let root = snapshot.document("tls.ini")?.root
        for name in settings.openSections where !made.certificates.contains(where: { $0.covers(name) }) {
            let files = settings.list("\(name).cert").map(config)
            let others = made.certificates.filter { files.contains($0.certificateFile) }
            let message =
                others.isEmpty
                ? "[\(name)] is the name of no certificate: put its cert and key there, or take the section out"
                : "[\(name)]: its certificate is for \(others.map(\.title).joined(separator: ", ")); name the section so"
            problems.append(Problem(.error, at: root?[name]?.origin, in: "config/tls.ini", key: name, message))
        }
    }

    /// A port that speaks TLS at once, and nothing to speak it with.
    private mutating func checkImplicitPort() {
        let listen: [ListenAddress] = smtp.custom("listen") ?? []
        guard listen.contains(where: { made.isImplicit(port: $0.port) }) else { return }
        problems.append(
            Problem(
                .error,
                at: smtp.origin("listen"),
                in: "config/smtp.ini",
                key: "listen",
                "port \(smtp.int("smtps_port")) speaks TLS, and there is no certificate",
                fix: "run haraka tls add DOMAIN --cert FILE --key FILE -c DIR, or set smtps_port=0"
            )
        )
    }
}

extension ListenAddress {
    /// Nil for a unix socket.
    var port: Int? {
        guard case .tcp(_, let port) = self else { return nil }
        return Int(port)
    }
}
