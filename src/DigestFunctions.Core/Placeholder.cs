namespace DigestFunctions.Core;
