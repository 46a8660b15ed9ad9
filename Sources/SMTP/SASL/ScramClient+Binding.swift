extension ScramClient {
    /// How the exchange is tied to the TLS around it: RFC 5802 §6.
    struct Binding: Sendable {
        /// The GS2 header.
        let header: [UInt8]
        /// What is bound, the bytes behind the header.
        let data: [UInt8]

        /// nil where the mechanism needs what the connection doesn't have.
        init?(_ mechanism: SASLMechanism, _ tls: TLSFacts?, offersPlus: Bool) {
            guard mechanism == .scramSHA256Plus else {
                // "y" tells a server that offers PLUS that somebody took it from our sight.
                header = Array((tls?.hasBinding == true && !offersPlus ? "y,," : "n,,").utf8)
                data = []
                return
            }
            // RFC 9266 before RFC 5929.
            if let exporter = tls?.exporter {
                header = Array("p=tls-exporter,,".utf8)
                data = exporter
            } else if let digest = tls?.serverEndPoint {
                header = Array("p=tls-server-end-point,,".utf8)
                data = digest
            } else {
                return nil
            }
        }
    }
}
