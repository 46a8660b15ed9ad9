internal import Config
internal import System
internal import TLS
internal import Wire

extension TLSReader {
    mutating func readPorts() {
        let implicit = smtp.int("smtps_port")
        made.implicitPort = implicit == 0 ? nil : implicit
        made.portsWithoutSTARTTLS = ports("no_starttls_ports")
        made.portsThatRequireTLS = ports("require_tls_ports")
        made.portsForVerifiedClients = ports("requireAuthorized")
        for key in ["require_tls_ports", "requireAuthorized"] {
            let both = ports(key, isTold: true).intersection(made.portsWithoutSTARTTLS).subtracting([implicit])
            guard let port = both.min() else { continue }
            complain(key, "port \(port) needs TLS and stands in no_starttls_ports too: take it out of one of them")
        }
        var networks: [Network] = []
        for name in settings.names(in: "no_tls_hosts") where settings.bool("no_tls_hosts.\(name)") {
            if let network = try? Network(name) {
                networks.append(network)
                continue
            }
            complain(
                "no_tls_hosts.\(name)",
                "'\(name)' is no network: write an address such as 192.0.2.1, or 192.0.2.0/24"
            )
        }
        made.exempt = NetworkList(networks)
    }

    private mutating func ports(_ key: String, isTold: Bool = false) -> Set<Int> {
        var ports: Set<Int> = []
        for text in settings.list(key) {
            if let port = Int(text), (1...65_535).contains(port) {
                ports.insert(port)
            } else if !isTold {
                complain(key, "\(key) must be port numbers from 1 to 65535, not '\(text)'")
            }
        }
        return ports
    }

    mutating func readSettings() {
        made.settings.offer = offer
        made.settings.honorsCipherOrder = settings.bool("honorCipherOrder")
        made.settings.dhParameters = dhParameters
        let rotation = settings.duration("ticket_rotation")
        made.ticketRotation = rotation == .zero ? nil : rotation
        made.settings.givesTickets = rotation != .zero
        readClientCertificates()
        let mode = snapshot.files["tls.ini"]?.facts.mode ?? 0
        if !settings.text("passphrase").isEmpty, mode & 0o004 != 0 {
            complain("passphrase", "everybody can read this passphrase; run chmod o-r on this file", .warning)
        }
    }

    private mutating func readClientCertificates() {
        let rejects = settings.bool("rejectUnauthorized")
        made.settings.clientCertificates = rejects ? .require : settings.bool("requestCert") ? .request : .none
        let file = settings.text("ca")
        if !file.isEmpty { return made.settings.trust = .authorities(file: config(file)) }
        for key in ["rejectUnauthorized", "requireAuthorized"] {
            guard key == "rejectUnauthorized" ? rejects : !made.portsForVerifiedClients.isEmpty else { continue }
            complain(key, "\(key) needs ca: name a file with the authorities whose certificates count")
        }
    }

    private var offer: TLSOffer {
        var offer = TLSOffer()
        offer.minimumVersion = TLSVersion(rawValue: settings.text("minVersion")) ?? .tls12
        // Haraka's list is for all versions; OpenSSL has one for TLS 1.3, whose names begin so.
        let ciphers = settings.text("ciphers").split { ":, ".contains($0) }
        let suites = ciphers.filter { $0.hasPrefix("TLS_") }
        if !suites.isEmpty { offer.ciphersuites = suites.joined(separator: ":") }
        if suites.count < ciphers.count {
            offer.ciphers = ciphers.filter { !$0.hasPrefix("TLS_") }.joined(separator: ":")
        }
        let groups = settings.text("ecdhCurve")
        if !groups.isEmpty, groups != "auto" { offer.groups = groups }
        return offer
    }

    private var dhParameters: [UInt8]? {
        mutating get {
            let name = settings.text("dhparam")
            if name.isEmpty { return nil }
            do throws(SystemError) { return try Files.read(config(name), limit: 1 << 20) } catch {
                if settings.origin("dhparam") == nil, error.isMissing { return nil }
                let fix = "make it by openssl dhparam -out FILE 2048, or take dhparam out: ECDHE needs none"
                complain("dhparam", "\(shown(config(name))) can't be read (\(error.reason)): \(fix)")
                return nil
            }
        }
    }

    /// Makes the contexts, and finds out which key is to blame when that fails.
    mutating func prepare() {
        do throws(TLSError) { try made.prepare() } catch {
            let sentence = error.sentence.replacing(directory + "/", with: "")
            guard let key = culprit else { return complain(sentence) }
            complain(key, key == "ca" || sentence.hasPrefix(key) ? sentence : "\(key): \(sentence)")
        }
    }

    /// The key that alone is enough to make it fail.
    private var culprit: String? {
        let mine = made.settings
        var trials: [(key: String, settings: TLSSettings)] = []
        func trial(_ key: String, _ change: (inout TLSSettings) -> Void) {
            var settings = TLSSettings()
            change(&settings)
            trials.append((key, settings))
        }
        trial("ciphers") {
            $0.offer.ciphers = mine.offer.ciphers
            $0.offer.ciphersuites = mine.offer.ciphersuites
        }
        trial("ecdhCurve") { $0.offer.groups = mine.offer.groups }
        trial("dhparam") { $0.dhParameters = mine.dhParameters }
        trial("ca") {
            $0.clientCertificates = .request
            $0.trust = mine.trust
        }
        let fails = trials.filter { (try? TLSServerContexts($0.settings, made.certificates)) == nil }
        return fails.count == trials.count ? nil : fails.first?.key
    }
}
