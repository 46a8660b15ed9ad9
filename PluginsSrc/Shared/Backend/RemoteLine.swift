package import PluginKit

/// A connection to a server, as SMTP needs it.
package protocol RemoteLine: Sendable {
    func readLine() async throws(NetError) -> String
    func write(_ text: String) async throws(NetError)
    func write(_ bytes: [UInt8]) async throws(NetError)
    func startTLS(_ tls: NetTLS) async throws(NetError)
    func close()
}

extension NetConnection: RemoteLine {
    // RFC 5321 §4.5.3.1.5 has replies of 512 bytes a line; some servers say more.
    package func readLine() async throws(NetError) -> String { try await readLine(limit: 4096) }
    package func startTLS(_ tls: NetTLS) async throws(NetError) { try await startTLS(tls, serverName: nil) }
}
