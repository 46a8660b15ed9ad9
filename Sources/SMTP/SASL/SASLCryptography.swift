/// The cryptography that mechanisms need; a room with a library supplies it.
public protocol SASLCryptography: SCRAMCryptography {
    /// RFC 2104 with MD5: 16 bytes; none where MD5 is forbidden, and CRAM-MD5 then fails.
    func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8]

    /// A secret of this server, 32 bytes or more, the same for every exchange.
    ///
    /// From it come the salts of users who have none, RFC 5802 §9 and RFC 7677 §4: if they changed, an unknown user could
    /// be told from a known one by asking twice. Best kept over restarts.
    var decoySecret: [UInt8] { get }
}
