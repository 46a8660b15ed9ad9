internal import System
internal import TLS

/// `haraka tls add`: takes a certificate and its key over into a service directory, for hand and for certbot's hooks.
///
/// Both go into one file, so that one rename replaces them together.
public struct TLSAddition {
    private let domain: String
    private let directory: String
    private let certificateFile: String
    private let keyFile: String
    private let account: ServiceAccount
    private let passphrase: String

    /// Looks at what was asked for, and leaves the files alone yet.
    ///
    /// `domain` is what the certificate is to be for; without it certbot's `RENEWED_DOMAINS` tells. `certificate` and `key`
    /// are files in PEM; without them certbot's `RENEWED_LINEAGE` tells.
    public init(
        domain: String?,
        certificate: String?,
        key: String?,
        directory: String,
        installation: Installation
    ) throws(StartError) {
        try self.init(
            domain: domain,
            certificate: certificate,
            key: key,
            directory: directory,
            installation: installation,
            environment: Environment.value
        )
    }

    init(
        domain: String?,
        certificate: String?,
        key: String?,
        directory: String,
        installation: Installation,
        environment: (String) -> String?
    ) throws(StartError) {
        guard let path = try? Files.canonical(directory), Folder.exists(path + "/config") else {
            throw StartError("\(directory) is no service directory: make one with haraka -i \(directory)")
        }
        self.directory = path
        let lineage = environment("RENEWED_LINEAGE")
        switch (certificate, key) {
        case (let certificate?, let key?): (certificateFile, keyFile) = (certificate, key)
        case (nil, nil):
            guard let lineage else {
                throw StartError("Give --cert FILE and --key FILE; only certbot's hooks can do without.")
            }
            (certificateFile, keyFile) = (lineage + "/fullchain.pem", lineage + "/privkey.pem")
        default: throw StartError("Give both --cert FILE and --key FILE; one file may hold both.")
        }
        let renewed = environment("RENEWED_DOMAINS")?.split(separator: " ").first.map(String.init)
        guard let domain = domain ?? (certificate == nil ? renewed : nil) else {
            throw StartError("Name the domain that the certificate is for: haraka tls add DOMAIN …")
        }
        self.domain = try Self.checked(domain)
        // Broken certificates must not keep good ones out: what else is wrong with the directory is for haraka check.
        let (configuration, _) = try Configuration.examine(path, installation, strict: false)
        passphrase = configuration?.passphrase ?? ""
        account = try ServiceAccount.configured(
            user: configuration?.settings.user,
            group: configuration?.settings.group
        )
    }

    /// A name that is safe as a file's.
    private static func checked(_ domain: String) throws(StartError) -> String {
        let name = domain.lowercased()
        let rest = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
        let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-")
                    && label.utf8.allSatisfy { byte in
                        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
                    }
            }
        guard isName else {
            throw StartError("'\(domain)' is no domain name, such as mx.example.org or *.example.org.")
        }
        return name
    }

    /// Checks and writes; returns what was done, as sentences.
    public func run() throws(StartError) -> [String] { try run(now: SystemTime.wallSeconds) }

    func run(now: Int64) throws(StartError) -> [String] {
        let certificate = try certificate(now)
        let name = domain.replacing("*", with: "_") + ".pem"
        do throws(SystemError) { try write(name, try bundle) } catch {
            throw StartError("config/tls/\(name) can't be written: \(error)")
        }
        var said = [
            "wrote config/tls/\(name): \(certificate.title), \(TLSKeeper.days(certificate.daysLeft(at: now))) left",
            "A running server takes it within seconds; haraka tls list -c \(directory) shows it.",
        ]
        if certificate.chainCount == 0, certificate.issuer != certificate.subject {
            let issuer = certificate.issuer
            said.append("The file brings no chain: unless \(issuer) is a root, clients need it behind the certificate.")
        }
        return said
    }

    /// The one certificate of the files, good and for the domain.
    private func certificate(_ now: Int64) throws(StartError) -> TLSCertificate {
        let secret = passphrase.isEmpty ? nil : Array(passphrase.utf8)
        let files = certificateFile == keyFile ? [keyFile] : [certificateFile, keyFile]
        let scan = TLSCertificateFolder.scan(files: files, now: now, passphrase: secret)
        let errors = scan.problems.filter { $0.weight == .error }
        guard errors.isEmpty else { throw StartError(errors.map(\.sentence).joined(separator: "\n")) }
        guard let certificate = scan.certificates.first, scan.certificates.count == 1 else {
            throw StartError(
                "\(certificateFile): one certificate with its key is wanted, not \(scan.certificates.count)."
            )
        }
        guard certificate.covers(domain) else {
            throw StartError("\(certificateFile): the certificate is for \(certificate.title), not for \(domain).")
        }
        return certificate
    }

    private var bundle: [UInt8] {
        get throws(SystemError) {
            var bytes = try Files.read(certificateFile, limit: 1 << 20)
            guard certificateFile != keyFile else { return bytes }
            if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
            return bytes + (try Files.read(keyFile, limit: 1 << 20))
        }
    }

    /// Durably and as a whole: beside its place, synchronized, then renamed.
    ///
    /// No part of the path below `config` is followed as a link, since root may be writing here.
    private func write(_ name: String, _ bytes: [UInt8]) throws(SystemError) {
        let config = try FileDescriptor.open(directory + "/config", [.directory])
        let facts = try config.facts()
        do throws(SystemError) {
            try config.makeDirectory("tls", mode: 0o700)
            try own(config.open("tls", [.directory, .noFollow]), facts, mode: 0o750)
            try config.synchronize()
        } catch  where error.isTaken {}
        let folder = try config.open("tls", [.directory, .noFollow])
        let fresh = try folder.makeUnique(prefix: "." + name + ".", mode: 0o600)
        do throws(SystemError) {
            try fresh.file.writeAll(bytes)
            try own(fresh.file, facts, mode: 0o640)
            try fresh.file.synchronize()
            try folder.rename(fresh.name, to: name)
        } catch {
            try? folder.unlink(fresh.name)
            throw error
        }
        try folder.synchronize()
    }

    /// Gives it to the owner of `config` and the group that the service runs with.
    ///
    /// Who isn't root gives it to the group of `config`, or keeps it for himself.
    private func own(_ file: borrowing FileDescriptor, _ config: FileFacts, mode: UInt32) throws(SystemError) {
        if let group = try serviceGroup {
            try file.changeOwner(user: config.uid, group: group)
            return try file.changeMode(mode)
        }
        do throws(SystemError) {
            try file.changeOwner(user: nil, group: config.gid)
            try file.changeMode(mode)
        } catch  where error.isDenied {
            try file.changeMode(mode & 0o700)
        }
    }

    /// Nil for who isn't root, since the service is then run by the same account as a rule.
    private var serviceGroup: UInt32? {
        get throws(SystemError) {
            guard let user = account.user else { return nil }
            guard let name = account.group else { return user.gid }
            return try AccountGroup.named(name)?.gid ?? UInt32(name) ?? user.gid
        }
    }
}
