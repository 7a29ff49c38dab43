# steps: depend on the system
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1) as pool:
        print(await loop.run_in_executor(pool, abs, -8))
        try:
            await loop.run_in_executor(pool, int, "eight")
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    asyncio.run(main())
