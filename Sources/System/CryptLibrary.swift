import Glibc

/// crypt(3) of libcrypt, opened when it is asked for: only a command that writes passwords needs it, not the server.
public enum CryptLibrary {
    /// Why there is no string.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private typealias Salt =
        @convention(c) (
            UnsafePointer<CChar>, UInt, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<CChar>, Int32
        ) -> UnsafeMutablePointer<CChar>?
    private typealias Hash =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer, Int32
        ) -> UnsafeMutablePointer<CChar>?

    /// A yescrypt string (`$y$…`) of the password with a fresh salt.
    public static func hash(of password: [UInt8]) throws(Failure) -> String {
        guard !password.contains(0) else { throw Failure(description: "a password of crypt(3) has no NUL") }
        guard let library = unsafe dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL),
            let salt = unsafe dlsym(library, "crypt_gensalt_rn"), let hash = unsafe dlsym(library, "crypt_rn")
        else { throw Failure(description: "libcrypt.so.1 of libxcrypt is not there") }
        let makeSalt = unsafe unsafeBitCast(salt, to: Salt.self)
        let makeHash = unsafe unsafeBitCast(hash, to: Hash.self)
        // CRYPT_GENSALT_OUTPUT_SIZE; without bytes of ours it takes the kernel's.
        var setting = [CChar](repeating: 0, count: 192)
        guard unsafe makeSalt("$y$", 0, nil, 0, &setting, Int32(setting.count)) != nil else {
            throw Failure(description: "libcrypt makes no yescrypt salt: \(SystemError.last("crypt_gensalt").reason)")
        }
        // sizeof (struct crypt_data)
        var data = [UInt8](repeating: 0, count: 32_768)
        defer { for index in data.indices { data[index] = 0 } }
        let text = (password + [0]).map { CChar(bitPattern: $0) }
        let made = unsafe data.withUnsafeMutableBytes { data -> String? in
            guard let start = data.baseAddress else { return nil }
            return unsafe makeHash(text, setting, start, Int32(data.count)).map { unsafe String(cString: $0) }
        }
        guard let made, made.hasPrefix("$y$") else { throw Failure(description: "libcrypt refuses the password") }
        return made
    }
}
