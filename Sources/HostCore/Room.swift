// HostCore
