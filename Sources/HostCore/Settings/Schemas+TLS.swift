internal import Config
internal import TLS

extension Schemas {
    /// Haraka's keys, and `require_tls_ports` and `ticket_rotation` of our own.
    ///
    /// A section of any other name is that of a certificate.
    static let tls = Schema(
        file: "tls.ini",
        keys: [
            .init("cert", .textList, default: "tls_cert.pem", help: "files with certificates and their chains"),
            .init("key", .textList, default: "tls_key.pem", help: "files with private keys"),
            .init("passphrase", .text, help: "opens encrypted keys"),
            .init("no_starttls_ports", .textList, help: "ports without STARTTLS"),
            .init("require_tls_ports", .textList, help: "ports where nothing goes without TLS"),
            .init("minVersion", .choice(TLSVersion.allCases.map(\.rawValue)), default: "TLSv1.2"),
            .init("ciphers", .text, help: "OpenSSL's notation"),
            .init("honorCipherOrder", .boolean, default: "true", help: "our order counts, not the client's"),
            .init("ecdhCurve", .text, default: "auto", help: "groups of the key exchange"),
            .init("dhparam", .text, default: "dhparams.pem", help: "Diffie-Hellman parameters"),
            .init(
                "ticket_rotation",
                .duration(0...604_800),
                default: "12h",
                help: "age of a ticket key; 0: no tickets"
            ),
            .init("requestCert", .boolean, default: "true", help: "ask clients for certificates"),
            .init("ca", .text, help: "authorities of clients' certificates"),
            .init("rejectUnauthorized", .boolean, default: "false", help: "verified clients only"),
            .init("requireAuthorized", .textList, help: "ports for verified clients only"),
            .init("mutual_tls", .boolean, default: "false", retired: noClientCertificate),
            .init("requestOCSP", .boolean, default: "false", retired: staples),
            .init("enableOCSPStapling", .boolean, default: "false", retired: staples),
            .init("secureProtocol", .text, retired: "write minVersion instead"),
            .init("secureOptions", .text, retired: "what is unsafe is off; write minVersion for versions"),
            .init("sessionIdContext", .text, retired: "the server makes it from the rules for client certificates"),
            .init(
                "crl",
                .text,
                refused: "a revoked client certificate would pass; name an authority of your own in ca"
            ),
            .init("pfx", .text, refused: "convert it: openssl pkcs12 -nodes -in FILE -out config/tls/NAME.pem"),
            .init("*", .mention, in: "no_tls_hosts", help: "networks that aren't offered STARTTLS"),
            .init("*", .text, in: "outbound", retired: "tls in outbound.routes.ini demands TLS of hosts"),
            .init("*", .text, in: "mutual_auth_hosts", retired: noClientCertificate),
            .init("*", .text, in: "mutual_auth_hosts_exclude", retired: noClientCertificate),
            .init("*", .text, in: "redis", retired: "hosts whose TLS has failed are remembered without it, for a day"),
            .init("*", .text, in: "inbound", refused: "[main] is about inbound mail: move it there"),
            .init("cert", .textList, in: "*", help: "files of this name's certificate"),
            .init("key", .textList, in: "*", help: "files of its private key"),
        ] + ofAllNames
    )

    private static let noClientCertificate = "other hosts are shown no certificate in this version"
    private static let staples = "a response in NAME.ocsp beside NAME.pem is stapled without it"

    /// What Haraka lets differ from name to name, and here doesn't.
    private static let ofAllNames: [Schema.Key] =
        ["ciphers", "minVersion", "honorCipherOrder", "ecdhCurve", "dhparam", "requestOCSP", "sessionIdContext"].map {
            .init($0, .text, in: "*", retired: "[main] has it for all names")
        }
        + ["secureProtocol", "secureOptions"].map { .init($0, .text, in: "*", retired: "write minVersion in [main]") }
        + ["requestCert", "rejectUnauthorized", "requireAuthorized", "ca", "crl", "passphrase", "pfx"].map {
            .init($0, .text, in: "*", refused: "set it in [main], where it counts for all names")
        }
}
